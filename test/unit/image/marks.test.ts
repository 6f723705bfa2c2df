import ExifReader from 'exifreader'
import sharp from 'sharp'
import t from 'tap'
import { encodeImage } from '../../../src/image/encode-image.js'
import { carriesC2pa } from '../../../src/image/find-c2pa.js'
import type { WritableFormat } from '../../../src/image/image-format.js'
import { readMarks } from '../../../src/image/read-marks.js'
import { type PictureMarks, xmpPacket } from '../../../src/image/xmp-packet.js'
import { xmpValue } from '../../../src/image/xmp-value.js'

const SQUARE = { rgb: new Uint8Array(3 * 8 * 8).fill(120), size: 8 }
const SOURCE = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
const MARKS: PictureMarks = { source: 'trainedAlgorithmicMedia', model: 'toy', modelDigest: `sha256:${'0'.repeat(64)}`, seed: 9007199254740991, receipt: '{"a":"<&>"}' }
const FORMATS: readonly WritableFormat[] = ['png', 'webp', 'jpeg']

t.test('another reader finds the marks in every format', async (t) => {
  for (const format of FORMATS) {
    const file = await encodeImage(SQUARE, format, undefined, xmpPacket(MARKS))
    const { xmp } = ExifReader.load(file, { expanded: true })
    t.equal(xmp?.['DigitalSourceType']?.value, SOURCE, format)
    t.equal(xmp?.['AISystemUsed']?.value, 'UniF2ace Serve, model toy')
    t.equal(xmp?.['AISystemVersionUsed']?.value, MARKS.modelDigest)
    t.equal(xmp?.['Seed']?.value, '9007199254740991')
    t.equal(xmp?.['Receipt']?.value, '{"a":"<&>"}')
  }
})

t.test('what was written is read back, and without marks there is nothing', async (t) => {
  for (const format of FORMATS) {
    t.same(await readMarks(await encodeImage(SQUARE, format, undefined, xmpPacket(MARKS))), { format, hasXmp: true, digitalSourceType: SOURCE, model: 'toy', modelDigest: MARKS.modelDigest, seed: '9007199254740991', receipt: '{"a":"<&>"}', carriesC2pa: false })
    t.same(await readMarks(await encodeImage(SQUARE, format)), { format, hasXmp: false, digitalSourceType: undefined, model: undefined, modelDigest: undefined, seed: undefined, receipt: undefined, carriesC2pa: false })
  }
})

t.test('marks change no pixel, and the same marks make the same file', async (t) => {
  for (const format of FORMATS) {
    const [plain, marked, again] = await Promise.all([undefined, xmpPacket(MARKS), xmpPacket(MARKS)].map(async (xmp) => await encodeImage(SQUARE, format, undefined, xmp)))
    t.same(await sharp(marked).raw().toBuffer(), await sharp(plain).raw().toBuffer())
    t.same(marked, again)
  }
})

t.test('a property is found however another program spelled it', async (t) => {
  const packet = (inside: string): string => `<x:xmpmeta><rdf:RDF><rdf:Description xmlns:ipt="urn:x/" xmlns:other='urn:y/' ${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`
  for (const inside of ['ipt:Kind="a&amp;b">', "ipt:Kind='a&#38;b'>", '><ipt:Kind>a&#x26;b</ipt:Kind>', '>\n<ipt:Kind>\n a&amp;b </ipt:Kind>', '><ipt:Kind rdf:resource="a&amp;b"/>']) t.equal(xmpValue(packet(inside), 'urn:x/', 'Kind'), 'a&b', inside)
  for (const inside of ['other:Kind="a">', 'ipt:Kinder="a">', '><ipt:Kind><rdf:Seq/></ipt:Kind>', '>Kind']) t.equal(xmpValue(packet(inside), 'urn:x/', 'Kind'), undefined, inside)
  t.equal(xmpValue(`<!DOCTYPE x [<!ENTITY e "v">]>${packet('ipt:Kind="a">')}`, 'urn:x/', 'Kind'), undefined, 'entities of a document type')
  t.equal(xmpValue('', 'urn:x/', 'Kind'), undefined)
})

t.test('a C2PA manifest is found by the structure of the file, not by its letters', async (t) => {
  const [png, webp, jpeg] = await Promise.all(FORMATS.map(async (format) => await encodeImage(SQUARE, format, undefined, xmpPacket({ ...MARKS, model: 'caBX C2PA c2pa' }))))
  if (png === undefined || webp === undefined || jpeg === undefined) throw new Error('a format is missing')
  for (const file of [png, webp, jpeg]) t.notOk(carriesC2pa(file))
  const pngChunk = Buffer.concat([Buffer.from([0, 0, 0, 4]), Buffer.from('caBXjumb'), Buffer.alloc(4)])
  t.ok(carriesC2pa(Buffer.concat([png.subarray(0, 33), pngChunk, png.subarray(33)])))
  t.ok(carriesC2pa(Buffer.concat([webp, Buffer.from('C2PA'), Buffer.from([4, 0, 0, 0]), Buffer.from('jumb')])))
  const body = Buffer.from('JP\0\0\0\0\0\0\0\0jumb\0c2pa')
  const segment = Buffer.concat([Buffer.from([0xff, 0xeb, 0, body.length + 2]), body])
  t.ok(carriesC2pa(Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)])))
  t.ok((await readMarks(Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]))).carriesC2pa)
  for (const file of [png, webp, jpeg]) for (let length = 0; length < 60; length++) carriesC2pa(file.subarray(0, length))
})
