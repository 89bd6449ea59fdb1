/** Checks of every captured mail, from its bytes, by an independent parser. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime, { type Email as Parsed } from 'postal-mime'
import { parse as parseYaml } from 'yaml'
import type { Campaign } from '../../src/campaigns/campaign.ts'
import { directionOf } from '../../src/kit/locales.ts'
import { root } from '../local/bundle.ts'
import { linksIn, UNSUBSCRIBE } from '../local/outbox.ts'
import { attributesIn, languageOf, textOf } from './html.ts'
import type { DemoPerson } from './people.ts'
import { differs } from './report.ts'

type Kind = 'confirm' | 'welcome' | 'goodbye' | 'appeal' | 'test'

/** A captured mail with its kind, language and recipient, as derived from subject and address. */
export type Arrived = {
  id: number
  kind: Kind
  locale: string // the language its subject is in
  to: DemoPerson
  bytes: Buffer
  parsed: Parsed
  html: string
  text: string
}

/** Bytes of HTML beyond which Gmail clips a mail. */
const MAX_HTML_BYTES = 102_000
/** Longest line by RFC 5322 §2.1.1, without its line break. */
const MAX_LINE_OCTETS = 998

/** Kind and language of a mail by its subject. Subjects come from the translators' files and the campaign. */
export function subjectsOf(
  campaign: Campaign,
  locales: readonly string[],
): Map<string, { kind: Kind; locale: string }> {
  const subjects = new Map<string, { kind: Kind; locale: string }>()
  for (const locale of locales) {
    const strings = parseYaml(readFileSync(join(root, 'emails', 'strings', `${locale}.yaml`), 'utf8'))
    for (const kind of ['confirm', 'welcome', 'goodbye'] as const)
      subjects.set(plain(strings[kind].subject), { kind, locale })
    const appeal = campaign.words[locale]?.subjects.appeal
    if (appeal === undefined) continue
    subjects.set(plain(appeal), { kind: 'appeal', locale })
    subjects.set(plain(`[Test] ${appeal}`), { kind: 'test', locale })
  }
  return subjects
}

/** Parses a captured mail. @throws Error for an unknown subject or recipient, or more than one recipient */
export async function read(
  id: number,
  bytes: Uint8Array<ArrayBuffer>,
  subjects: ReturnType<typeof subjectsOf>,
  people: readonly DemoPerson[],
): Promise<Arrived> {
  const parsed = await PostalMime.parse(bytes)
  const what = subjects.get(plain(parsed.subject ?? ''))
  const [recipient, ...others] = [...(parsed.to ?? []), ...(parsed.cc ?? []), ...(parsed.bcc ?? [])]
  const to = people.find(({ email }) => email === recipient?.address)
  if (what === undefined) throw new Error(`mail ${id} has an unknown subject: ${parsed.subject}`)
  if (to === undefined || others.length > 0)
    throw new Error(`mail ${id} is not to exactly one of the demonstration's people`)
  return { id, ...what, to, bytes: Buffer.from(bytes), parsed, html: parsed.html ?? '', text: parsed.text ?? '' }
}

const headersOf = ({ parsed }: Arrived, name: string): string[] =>
  parsed.headers.filter(({ key }) => key === name.toLowerCase()).map(({ value }) => value)

const isBulk = ({ kind }: Arrived): boolean => kind === 'appeal' || kind === 'test'

/** The URL in List-Unsubscribe; '' without one. */
const oneClickLink = (mail: Arrived): string => /^<(.+)>$/.exec(headersOf(mail, 'List-Unsubscribe')[0] ?? '')?.[1] ?? ''

/** The text in one line, without marks of text direction. */
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ')

type MailCheck = { sentence: string; faults(mail: Arrived, campaign: Campaign, site: string): string[] }

export const mailChecks: readonly MailCheck[] = [
  {
    sentence:
      'Each mail is in its reader’s first language, has matching lang and dir, and contains the campaign’s text in it.',
    faults(mail, campaign) {
      const [locale = ''] = mail.to.locales
      const words = campaign.words[locale]
      const expected = isBulk(mail) ? [words?.title ?? '', ...(words?.demands ?? [])] : []
      const missing = (where: string, text: string) =>
        expected.filter((words) => !plain(text).includes(plain(words))).map((words) => `${where} lacks “${words}”`)
      return [
        ...differs('language', mail.locale, locale),
        ...differs('html', languageOf(mail.html), { lang: locale, dir: directionOf(locale) }),
        ...missing('the text', mail.text),
        ...missing('the HTML', textOf(mail.html)),
      ]
    },
  },
  {
    sentence: 'Each mail greets its reader by name, except confirmations, which repeat no typed text.',
    faults({ kind, to: { name }, text, html }) {
      if (name === undefined || kind === 'goodbye' || kind === 'test') return []
      const expected = kind !== 'confirm'
      return [text, textOf(html)].flatMap((part) => differs('the name is there', plain(part).includes(name), expected))
    },
  },
  {
    sentence:
      'Appeals and welcomes have one List-Unsubscribe address and List-Unsubscribe-Post. Appeals have List-Id, Precedence: bulk and Feedback-ID, others Auto-Submitted.',
    faults(mail, _, site) {
      const bulk = isBulk(mail)
      const canBeLeft = bulk || mail.kind === 'welcome'
      const expected: Record<string, RegExp | null> = {
        'List-Unsubscribe': canBeLeft ? new RegExp(`^<${site}${UNSUBSCRIBE}[\\w-]+>$`) : null,
        'List-Unsubscribe-Post': canBeLeft ? /^List-Unsubscribe=One-Click$/ : null,
        'List-Id': bulk ? /<tocsin\.[\w.-]+>$/ : null,
        Precedence: bulk ? /^bulk$/ : null,
        'Feedback-ID': bulk ? /^[\w-]+:(appeal|update):tocsin:[\w-]{5,15}$/ : null,
        'Auto-Submitted': bulk ? null : /^auto-generated$/,
        'Message-ID': /^<[^<>\s]+@[^<>\s]+>$/,
        Date: /^\w{3}, \d+ \w{3} \d{4} /,
      }
      return Object.entries(expected).flatMap(([name, form]) => {
        const found = headersOf(mail, name)
        const sound = form === null ? found.length === 0 : found.length === 1 && form.test(found[0] ?? '')
        return sound ? [] : [`${name}: found ${JSON.stringify(found)}, expected ${form ?? 'none'}`]
      })
    },
  },
  {
    sentence: 'Each mail is multipart/alternative, the text before the HTML, with no line longer than 998 octets.',
    faults({ bytes, parsed }) {
      const source = bytes.toString('latin1')
      const types = [...source.matchAll(/^Content-Type: ([\w/]+)/gim)].map(([, type]) => type)
      const lines = source.split('\r\n')
      return [
        ...differs('parts', types, ['multipart/alternative', 'text/plain', 'text/html']),
        ...differs('attachments', parsed.attachments.length, 0),
        ...differs(
          'bare line ends',
          lines.some((line) => /[\r\n]/.test(line)),
          false,
        ),
        ...lines.filter(({ length }) => length > MAX_LINE_OCTETS).map(({ length }) => `a line of ${length} octets`),
      ]
    },
  },
  {
    sentence: 'No mail contains a brace, an unfilled slot or a broken value, or loads an image.',
    faults({ parsed, text, html }) {
      const left = /[{}\uE000-\uF8FF\uFFFD]|\bundefined\b|\bNaN\b|\[object /
      const parts = { subject: parsed.subject ?? '', text, HTML: textOf(html) }
      return [
        ...Object.entries(parts).flatMap(
          ([name, part]) => left.exec(part)?.map((found) => `${name}: “${found}”`) ?? [],
        ),
        ...['href', 'src', 'alt', 'title']
          .flatMap((name) => attributesIn(html, name))
          .filter((value) => left.test(value)),
        ...attributesIn(html, 'src').filter((source) => /^(https?:)?\/\//.test(source)),
        ...(/[\uE000-\uF8FF]/.test(html) ? ['HTML: a private-use character'] : []),
      ]
    },
  },
  {
    sentence: 'Each mail names the sender and the postal address, and its HTML is at most 102,000 bytes.',
    faults({ text, html }) {
      const bytes = Buffer.byteLength(html)
      return [
        ...[text, textOf(html)].flatMap((part) => differs('postal line', part.includes('Example Street'), true)),
        ...(bytes > MAX_HTML_BYTES ? [`HTML of ${bytes} bytes`] : []),
      ]
    },
  },
]

/** All links of a mail to the deployment, without fragments. */
export function ownLinks(mail: Arrived, site: string): string[] {
  const links = [...attributesIn(mail.html, 'href'), ...linksIn(mail.text), oneClickLink(mail)]
  return links.filter((link) => link.startsWith(`${site}/`)).map((link) => link.replace(/#.*$/, ''))
}
