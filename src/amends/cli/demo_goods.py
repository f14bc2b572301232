"""What the demo's shops sell, to whom and by which carriers: twelve markets, each in its own manner. Prices in whole local units."""

from typing import Final, NamedTuple


class Good(NamedTuple):
    """One thing for sale."""

    title: str
    category: str
    price: float


class Place(NamedTuple):
    """A market's shops (reference, name), buyers, carriers with how their numbers begin, goods, and how people pay there."""

    shops: tuple[tuple[str, str], ...]
    buyers: tuple[str, ...]
    carriers: tuple[tuple[str, str], ...]
    goods: tuple[Good, ...]
    methods: tuple[str, ...]


def _place(shops: str, buyers: str, carriers: str, goods: str, methods: str = "card wallet") -> Place:
    sold = []
    for line in goods.strip().splitlines():
        title, category, price = (part.strip() for part in line.split("|"))
        sold.append(Good(title, category, float(price)))
    pairs = [tuple(part.strip() for part in shop.split(":")) for shop in shops.split(";")]
    sent = [tuple(part.split("=")) for part in carriers.split()]
    return Place(
        shops=tuple((a, b) for a, b in pairs),
        buyers=tuple(buyers.split()),
        carriers=tuple((a, b) for a, b in sent),
        goods=tuple(sold),
        methods=tuple(methods.split()),
    )


PLACES: Final[dict[str, Place]] = {
    "us": _place(
        "us_cards: Hudson Card Vault; us_home: Maple & Main Home",
        "emily.carter jamal_w sofia.reyes tyler.nguyen grace_okafor liam.oconnor",
        "usps=94001118992 fedex=7712",
        """Charizard Holo 1999, PSA 8 | collectibles | 389.00
        Vintage Omega Seamaster 1968 | luxury | 1240.00
        Graded rookie card, 2018 | collectibles | 96.50
        Insulated tumbler 40 oz | home | 34.95
        Ceramic pour-over set | home | 42.00
        Lace bralette set | intimates | 28.90
        USB-C hub, 8 in 1 | electronic_accessories | 39.99
        Engraved leather journal | made_to_order | 54.00
        Running shoes, road | shoes | 89.00""",
    ),
    "gb": _place(
        "gb_teatime: Teatime & Co.; gb_tailor: Camden Tailor",
        "oliver.hughes amelia_shah george.wright isla.macleod priya_p",
        "royal_mail=320098 evri=H00AB dpd=1550",
        """Bone china teapot | home | 36.50
        Waxed jacket | apparel | 119.00
        Lambswool scarf | apparel | 29.00
        First edition, signed | books | 210.00
        Brogue shoes, tan | shoes | 84.99
        Shortbread hamper | food | 24.95""",
        "card wallet bank",
    ),
    "ca": _place(
        "ca_north: Northern Loft; ca_puck: Puck & Parka",
        "noah.tremblay chloe_gagnon aiden.singh maya_leblanc",
        "canada_post=73105 purolator=3302",
        """Parka, down, unisex | apparel | 289.00
        Signed hockey puck 1994 | collectibles | 165.00
        Maple syrup, 1 L | food | 27.50
        Cast iron pan | home | 64.99
        Merino base layer | apparel | 79.00""",
    ),
    "my": _place(
        "my_batik: Batik Warisan; my_gajet: Gajet Murah KL",
        "nurul_ain tan.wei.ming siti_aisyah arjun.kumar",
        "pos_malaysia=60011 jnt=6300 ninja_van=NVMY22",
        """Baju kurung moden | apparel | 129.00
        Tudung bawal premium | apparel | 39.90
        Earbud tanpa wayar | electronic_accessories | 89.00
        Penapis air | home | 159.00
        Serum vitamin C | beauty | 59.90""",
        "wallet card cash_on_delivery",
    ),
    "th": _place(
        "th_siam: สยามบิวตี้; th_krung: ร้านกรุงเก่า",
        "somchai_k ploy.siriporn nattapong_t kanya.w",
        "flash_express=TH0147 kerry_express=KERT thailand_post=66012",
        """เซรั่มวิตามินซี | beauty | 590
        เสื้อผ้าไหมไทย | apparel | 1290
        หม้อทอดไร้น้ำมัน | home | 1890
        พระเครื่องโบราณ | collectibles | 4500
        หูฟังบลูทูธ | electronic_accessories | 790""",
        "wallet cash_on_delivery card",
    ),
    "vn": _place(
        "vn_hanoi: Lụa Hà Nội; vn_saigon: Sài Gòn Công Nghệ",
        "nguyen_thi_lan tran.minh.duc le_hoang_yen pham.quang",
        "ghn=GHN5 ghtk=S1940 viettel_post=1480",
        """Áo dài lụa tơ tằm | apparel | 890000
        Sạc dự phòng 20.000 mAh | electronic_accessories | 349000
        Nồi chiên không dầu | home | 1250000
        Kem chống nắng | beauty | 215000
        Giày thể thao nữ | shoes | 459000""",
        "cash_on_delivery wallet card",
    ),
    "ph": _place(
        "ph_manila: Manila Bay Finds; ph_cebu: Cebu Craft House",
        "maria.santos jose_reyes angel.dela.cruz mark_villanueva",
        "jnt=9700 lbc=1722 ninja_van=NVPH33",
        """Rattan bag | apparel | 749
        Rice cooker 1.8 L | home | 1499
        Liptint set | beauty | 299
        Basketball shoes | shoes | 3890
        Phone tripod | electronic_accessories | 449""",
        "cash_on_delivery wallet card",
    ),
    "sg": _place(
        "sg_orchard: Orchard Vintage; sg_gear: Lion City Gear",
        "tan_hui_min rajesh.pillai lim.jun.kai farah_b",
        "singapore_post=56100 ninja_van=NVSG10",
        """Mechanical keyboard | electronic_accessories | 149.00
        Peranakan porcelain bowl | collectibles | 320.00
        Standing fan | home | 79.90
        Sunscreen SPF 50 | beauty | 24.90""",
    ),
    "sa": _place(
        "sa_oud: دار العود; sa_riyadh: متجر الرياض",
        "abdullah_h noura.alqahtani faisal_m reem.s",
        "smsa=2904 aramex=3315 spl=58800",
        """دهن العود | beauty | 340.00
        عباية مطرزة | apparel | 289.00
        دلة قهوة عربية | home | 175.00
        سماعات لاسلكية | electronic_accessories | 219.00
        خاتم مصنوع حسب الطلب | made_to_order | 410.00""",
        "card wallet cash_on_delivery",
    ),
    "ae": _place(
        "ae_souk: Gold Souk Live; ae_marina: Marina Style",
        "ahmed.almansoori fatima_z omar.haddad layla_n",
        "aramex=3316 emirates_post=EP77 imile=60201",
        """Designer handbag, pre-owned | luxury | 1850.00
        Saffron gift box | food | 120.00
        Kandura, white | apparel | 210.00
        Air purifier | home | 399.00
        Incense burner | home | 95.00""",
        "card wallet cash_on_delivery",
    ),
    "id": _place(
        "id_jawa: Batik Jawa Asli; id_toko: Toko Elektronik Jaya",
        "budi.santoso dewi_lestari rizky.pratama putri_ayu",
        "jne=CGK10 sicepat=0029 jnt=JP81",
        """Kemeja batik tulis | apparel | 345000
        Blender portabel | home | 189000
        Sepatu lari pria | shoes | 429000
        Skincare paket glowing | beauty | 156000
        Casing ponsel | electronic_accessories | 49000""",
        "wallet cash_on_delivery bank",
    ),
    "cn": _place(
        "cn_hangzhou: 杭州云锦阁; cn_shenzhen: 深圳数码馆",
        "王小雨 李建国 zhang_min 陈思思",
        "sf_express=SF10 zto=7588 yto=YT64",
        """真丝围巾 | apparel | 268.00
        蓝牙耳机 | electronic_accessories | 199.00
        新会陈皮 500 克 | food | 88.00
        运动鞋 男款 | shoes | 329.00
        定制姓名挂件 | made_to_order | 59.00""",
        "wallet card",
    ),
}
"""By market code: the ten of P-04, Indonesia and China."""
