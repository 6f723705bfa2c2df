import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const PICTURE = /\.(png|jpe?g|webp|gif)$/i

/** The pictures in a folder and in the folders within it, in the order of their paths; undefined where the path is no folder. */
export async function findPictures (path: string): Promise<string[] | undefined> {
  if (path === '-' || !(await stat(path)).isDirectory()) return undefined
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && PICTURE.test(entry.name)).map((entry) => join(entry.parentPath, entry.name)).sort()
}
