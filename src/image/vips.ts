import sharp from 'sharp'
import { Semaphore } from './semaphore.js'

/** Pictures that are decoded or encoded at the same time. Two keep both ends of an upload busy and leave libuv threads for everything else. */
const CONCURRENT_PICTURES = 2

// One libvips thread a picture: the cores belong to the engine. No cache: two uploads are hardly ever the same, and pixels of faces should not linger.
sharp.concurrency(1)
sharp.cache(false)

const places = new Semaphore(CONCURRENT_PICTURES)

/** Versions of sharp and of the libvips below it, for whoever asks what is installed. */
export function imageLibraryVersions (): { sharp: string, vips: string } {
  return { sharp: sharp.versions.sharp ?? 'unknown', vips: sharp.versions.vips }
}

/** Runs one sharp pipeline when there is a place for it. */
export function withSharp<T> (pipeline: () => Promise<T>): Promise<T> {
  return places.run(pipeline)
}
