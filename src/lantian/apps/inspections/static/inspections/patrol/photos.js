/* Photos: made small enough to send, hashed when they are taken, and looked at again before anybody says that they are there.
 *
 * Two hashes (SHA-256): `original_sha256` of the file as the camera gave it; `sha256` of the file that is kept here and sent.
 * They are equal unless the photo was made smaller. The server answers with the hash of what it has stored, and only when
 * that equals `sha256` is a photo called sent.
 */

const LONGEST_SIDE_PX = 2560;
const SENT_AS_IT_IS_BYTES = 3 * 2 ** 20;
const LARGEST_BYTES = 20 * 2 ** 20; // what the server takes
const QUALITY = 0.85;
const TYPES = ["image/jpeg", "image/png", "image/webp"];

/** A photo that cannot be kept; `word` names the text that says why. */
export class PhotoError extends Error {
  constructor(word) {
    super(word);
    this.word = word;
  }
}

export async function sha256(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Make the record of a photo that was just taken, at a moment (ISO) and a place { longitude, latitude, accuracy_m } or null. */
export async function taken(file, place, taken_at) {
  const blob = await fitting(file);
  const original = await sha256(file);
  return {
    id: crypto.randomUUID(),
    taken_at,
    place,
    blob,
    size: blob.size,
    sha256: blob === file ? original : await sha256(blob),
    original_sha256: original,
    original_size: file.size,
  };
}

async function fitting(file) {
  const plain = TYPES.includes(file.type);
  if (plain && file.size <= SENT_AS_IT_IS_BYTES) return file;
  const smaller = await redrawn(file);
  const best = smaller ?? (plain ? file : null);
  if (best === null) throw new PhotoError("photo_unreadable");
  if (best.size > LARGEST_BYTES) throw new PhotoError("photo_too_large");
  return best;
}

/** The photo as a JPEG whose longer side has at most so many pixels; null where this browser cannot read it. */
async function redrawn(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const scale = Math.min(1, LONGEST_SIDE_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

/** The bytes of a photo if the phone still has them as they were taken; null where the browser or somebody removed them. */
export async function intact(photo) {
  try {
    return photo?.blob && (await sha256(photo.blob)) === photo.sha256 ? photo.blob : null;
  } catch {
    return null;
  }
}

/* Where the phone stands: followed while a page needs it; a place older than two minutes is none. */
const FRESH_MS = 120_000;
let last = null;
let watching = null;

export function follow(changed) {
  if (watching !== null || !navigator.geolocation) return;
  watching = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      last = { at: timestamp, place: { longitude: coords.longitude, latitude: coords.latitude, accuracy_m: Math.round(coords.accuracy) } };
      changed();
    },
    () => { last = null; },
    { enableHighAccuracy: true, maximumAge: 30_000 },
  );
}

export function here() {
  return last && Date.now() - last.at < FRESH_MS ? last.place : null;
}
