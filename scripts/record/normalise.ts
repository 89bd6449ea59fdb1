/**
 * Replaces random values by placeholders, so that two recordings of the same behaviour are equal. Only exact forms of such values are
 * replaced: words, numbers, dates and times stay. Equal values in a text get the same placeholder, numbered by first appearance.
 */

type Kind = { name: string; form: RegExp; sized?: boolean }

/** Forms of random values. A token begins with its key id: the recording's only key is `k1`, so with 02 6B 31 in base64url. */
const KINDS: readonly Kind[] = [
  { name: 'token', form: /(?<![\w-])Amsx[\w-]{40,}/g, sized: true },
  {
    name: 'uuid',
    form: /(?:(?<=practice-)|(?<![0-9a-f-]))[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-f-])/g,
  },
  { name: 'boundary', form: /(?<=--_NmP-)[0-9a-f]{24}(?=-Part_\d)/g },
  { name: 'message', form: /(?<=(?:<|"|&lt;)(?:[a-z-]+|(?:practice-)?\{uuid \d+\})\.)[0-9a-f]{20}(?=@)/g }, // in a Message-ID, after its kind or dispatch
  { name: 'hash of a call', form: /(?<="bodyHash": ?")[0-9a-f]{64}(?=")/g }, // covers the tokens in the call
]

/** `known`: names of random values without a recognisable form. `fixed`: exact replacements, such as for an address. */
export type Values = { known?: ReadonlyMap<string, string>; fixed?: ReadonlyMap<string, string> }

export function normalise(text: string, { known = new Map(), fixed = new Map() }: Values = {}): string {
  let result = text
  for (const [value, placeholder] of longestFirst(fixed)) result = result.replaceAll(value, placeholder)
  for (const [value, name] of longestFirst(known)) result = result.replaceAll(value, `{${name}}`)
  for (const { name, form, sized = false } of KINDS) {
    const numbers = new Map<string, number>()
    result = result.replace(form, (value) => {
      const number = numbers.get(value) ?? numbers.size + 1
      numbers.set(value, number)
      return sized ? `{${name} ${number}, ${value.length} characters}` : `{${name} ${number}}`
    })
  }
  return result
}

/** Normalises a text without numbering the placeholders, for comparisons before the order of texts is known. */
export const withoutNumbers = (text: string, values: Values = {}): string =>
  normalise(text, values).replace(/\{(token|uuid|boundary|message|hash of a call) \d+/g, '{$1')

const longestFirst = (values: ReadonlyMap<string, string>) =>
  [...values].toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
