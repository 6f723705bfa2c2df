const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * The text of a simple property of an XMP packet, however its writer spelled it: as an element, as an attribute, or as a reference to a resource, under any prefix.
 *
 * No XML parser: a packet that is none (cut short, or with a document type) has no values, and nested properties are not looked for.
 *
 * @param namespace full name of the namespace
 * @returns undefined where it is not there
 */
export function xmpValue (packet: string, namespace: string, name: string): string | undefined {
  if (/<!DOCTYPE/i.test(packet)) return undefined
  for (const prefix of prefixesOf(packet, namespace)) {
    const qualified = `${prefix}:${name}`
    const found = attribute(packet, qualified) ?? element(packet, qualified) ?? resource(packet, qualified)
    if (found !== undefined) return unescaped(found.trim())
  }
  return undefined
}

function prefixesOf (packet: string, namespace: string): string[] {
  const declarations = packet.matchAll(/\sxmlns:([\w.-]+)\s*=\s*("([^"]*)"|'([^']*)')/g)
  const bound = [...declarations].filter(([, , , double, single]) => (double ?? single) === namespace)
  return [...new Set(bound.flatMap(([, prefix]) => prefix ?? []))]
}

const attribute = (packet: string, name: string): string | undefined => first(packet, `\\s${literal(name)}\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`)

const element = (packet: string, name: string): string | undefined => first(packet, `<${literal(name)}>([^<]*)</${literal(name)}\\s*>`)

const resource = (packet: string, name: string): string | undefined => first(packet, `<${literal(name)}\\s+rdf:resource\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`)

function first (packet: string, pattern: string): string | undefined {
  const match = new RegExp(pattern).exec(packet)
  return match?.[1] ?? match?.[2]
}

const literal = (text: string): string => text.replace(/[.\\-]/g, '\\$&')

function unescaped (text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
