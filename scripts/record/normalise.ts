/**
 * Random values as placeholders, so that two recordings of the same behaviour are equal. Only what has the exact form of such a value is
 * replaced: words, numbers, dates and times stay. The same value gets the same placeholder within a text, numbered by first appearance.
 */

type Kind = { name: string; form: RegExp; sized?: boolean }

/** Key ids are part of what is sealed: the recording's only key is `k1`, so every token begins with 02 6B 31 in base64url. */
const KINDS: readonly Kind[] = [
  { name: 'token', form: /(?<![\w-])Amsx[\w-]{40,}/g, sized: true },
  {
    name: 'uuid',
    form: /(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-f-])/g,
  },
  { name: 'boundary', form: /(?<=--_NmP-)[0-9a-f]{24}(?=-Part_\d)/g },
  { name: 'message', form: /(?<=(?:<|"|&lt;)(?:[a-z-]+|\{uuid \d+\})\.)[0-9a-f]{20}(?=@)/g }, // of a Message-ID, after its kind or dispatch
  { name: 'hash of a call', form: /(?<="bodyHash": ?")[0-9a-f]{64}(?=")/g }, // of all it holds, tokens too
]

/** `known`: values of no form that can be told, and what to call them; `fixed`: what is replaced by exactly this, such as an address. */
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

/** The same without numbers: what may be compared before it is known in which order it comes. */
export const withoutNumbers = (text: string, values: Values = {}): string =>
  normalise(text, values).replace(/\{(token|uuid|boundary|message|hash of a call) \d+/g, '{$1')

const longestFirst = (values: ReadonlyMap<string, string>) =>
  [...values].toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
