import type { Evidence } from "../data";

export const isImage = (piece: Evidence) => Boolean(piece.url && piece.media_type?.startsWith("image/"));
export const isVideo = (piece: Evidence) => Boolean(piece.url && piece.media_type?.startsWith("video/"));
