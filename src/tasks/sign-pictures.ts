import { codedError } from '../common/errors.js'
import { SigningError } from '../image/c2pa/signer.js'
import { sniffFormat } from '../image/image-format.js'
import type { Drawing, FileWish } from './draw-pictures.js'
import type { TaskDependencies } from './task-context.js'

/**
 * The same way of making files, with the operator's signature as the last thing that happens to each; without a signer the way itself.
 *
 * @param original the file that is edited: its own manifest, where it has one, is kept in the new one
 */
export function signed ({ signer }: Pick<TaskDependencies, 'signer'>, { format }: Pick<FileWish, 'format'>, develop: Drawing['develop'], original?: Uint8Array): Drawing['develop'] {
  if (signer === undefined) return develop
  const source = original === undefined ? undefined : { file: original, mimeType: `image/${sniffFormat(original) ?? 'png'}` }
  return async (picture) => {
    const file = await develop(picture)
    try {
      return picture.claim === undefined ? file : await signer.sign(file, format, picture.claim, source)
    } catch (error) {
      // A picture without its signature would be taken for somebody else's.
      if (error instanceof SigningError) throw codedError('picture_not_signed', [error.message], { cause: error })
      throw error
    }
  }
}
