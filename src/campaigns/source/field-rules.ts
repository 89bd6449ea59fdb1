import { countryAdvice, countryOf } from '../../kit/countries.ts'
import { ADDRESS_ADVICE, normaliseAddress } from '../../security/address.ts'
import { isWebAddress } from '../../security/links.ts'
import type { Fault } from './fault.ts'
import type { Path, Yaml } from './yaml.ts'
import { foundAt } from './zod-faults.ts'

/** A rule for text: what was expected instead, or null when the text is right. */
type TextRule = (text: string) => string | null

const address: TextRule = (text) => {
  const read = normaliseAddress(text)
  return read.ok ? null : ADDRESS_ADVICE[read.error]
}
const country: TextRule = (text) =>
  countryOf(text) === undefined ? countryAdvice(text).replace(/^expected /, '') : null
const webAddress: TextRule = (text) =>
  isWebAddress(text) ? null : 'a web address starting with https://, without spaces, quotes and angle brackets'

/** The rule of each key of `campaign.yaml` for its text, or for each text of its list. */
const RULES: Readonly<Record<string, TextRule>> = {
  country,
  riskyIn: country,
  email: address,
  replyTo: address,
  url: webAddress,
  web: webAddress,
}

/**
 * Faults of countries, addresses and links in `campaign.yaml`, by the same rules as in forms, mails and audiences. Reads
 * the unparsed YAML, so that other faults do not hide these.
 */
export function fieldFaults(yaml: Yaml, file: string): Fault[] {
  const faults: Fault[] = []
  const check = (rule: TextRule, value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) check(rule, item, [...path, i])
    if (typeof value !== 'string') return
    const expected = rule(value)
    if (expected !== null) faults.push({ file, line: yaml.lineOf(path), found: foundAt(yaml.value, path), expected })
  }
  const visit = (value: unknown, path: Path): void => {
    if (Array.isArray(value)) for (const [i, item] of value.entries()) visit(item, [...path, i])
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        const rule = Object.hasOwn(RULES, key) ? RULES[key] : undefined
        if (rule === undefined) visit(inner, [...path, key])
        else check(rule, inner, [...path, key])
      }
  }
  visit(yaml.value, [])
  return faults
}
