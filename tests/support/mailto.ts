import { addressParser } from 'postal-mime'

/** A letter as an independent parser reads it from a link. `others` holds `bcc` and every other unexpected field. */
export type ReadLetter = { to: string[]; cc: string[]; subject: string | undefined; body: string; others: string[] }

/**
 * The syntax of RFC 6068 §2: `mailtoURI = "mailto:" [ to ] [ hfields ]`.
 * Quoted local parts and domain literals are left out, since Tocsin never writes them.
 */
const UNRESERVED = '[A-Za-z0-9\\-._~]'
const ESCAPE = '%[0-9A-Fa-f]{2}'
const QCHAR = `(?:${UNRESERVED}|${ESCAPE}|[!$'()*+,;:@])`
const ATOM = `(?:[A-Za-z0-9!$'*+\\-^_\`{|}~]|${ESCAPE})+`
const DOT_ATOM = `${ATOM}(?:\\.${ATOM})*`
const TO = `${DOT_ATOM}@${DOT_ATOM}(?:,${DOT_ATOM}@${DOT_ATOM})*`
const HFIELD = `${QCHAR}+=${QCHAR}*`
export const RFC_6068 = new RegExp(`^mailto:(?:${TO})?(?:\\?${HFIELD}(?:&${HFIELD})*)?$`)

/** Reads a mailto link as a browser does (WHATWG URL), and its addresses as a mail parser does (postal-mime). */
export function readMailto(uri: string): ReadLetter {
  const { protocol, pathname, searchParams } = new URL(uri)
  if (protocol !== 'mailto:') throw new Error(`not a mailto URI: ${uri}`)
  return read(pathname.split(',').map(decodeURIComponent).join(', '), searchParams, 'subject')
}

/** Reads a letter from a webmail compose link, which has the recipients among its parameters. */
export function readCompose(url: string, subject: string, known: readonly string[] = []): ReadLetter {
  const { searchParams } = new URL(url)
  for (const name of known) searchParams.delete(name)
  const to = searchParams.get('to') ?? ''
  searchParams.delete('to')
  return read(to, searchParams, subject)
}

function read(to: string, fields: URLSearchParams, subject: string): ReadLetter {
  const names = [...fields.keys()]
  const cc = addresses(fields.get('cc') ?? '')
  const others = names.filter((name, place) => !['cc', subject, 'body'].includes(name) || names.indexOf(name) < place)
  return { to: addresses(to), cc, subject: fields.get(subject) ?? undefined, body: fields.get('body') ?? '', others }
}

const addresses = (list: string): string[] => addressParser(list, { flatten: true }).map(({ address }) => address ?? '')
