/** What is used of `@contentauth/c2pa-node`, an optional peer dependency: where nobody signs and nobody asks about signatures it need not be there (docs/adr/0013). */

/** A file in memory. The library writes the signed one into `buffer`. */
interface SourceFile { buffer: Buffer, mimeType: string }
interface SignedFile { buffer: Buffer | null }

interface LocalSigner { alg: () => string }

interface Builder {
  addIngredient: (ingredient: string, file: SourceFile) => Promise<void>
  sign: (signer: LocalSigner, input: SourceFile, output: SignedFile) => Buffer
}

interface Reader { json: () => unknown }

export interface C2paLibrary {
  Builder: { withJson: (manifest: object, settings: object) => Builder }
  LocalSigner: { newSigner: (certificates: Buffer, key: Buffer, algorithm: string) => LocalSigner }
  /** Null where the file has no manifest. */
  Reader: { fromAsset: (file: SourceFile, settings: object) => Promise<Reader | null> }
}

/** Where the library is found: beside this package, like any dependency of its user. */
export const C2PA_LIBRARY = '@contentauth/c2pa-node'

/**
 * Loads the library.
 *
 * @throws Error when it is not installed, or has no native part for this machine
 */
export async function loadC2pa (name: string): Promise<C2paLibrary> {
  const library: unknown = await import(name)
  if (!hasItsParts(library)) throw new Error(`${name} has none of Builder, LocalSigner and Reader`)
  return library
}

function hasItsParts (library: unknown): library is C2paLibrary {
  return typeof library === 'object' && library !== null && ['Builder', 'LocalSigner', 'Reader'].every((part) => part in library)
}
