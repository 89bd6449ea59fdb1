import PostalMime, { type Email } from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { type SampleMail, sampleMails } from '../../scripts/spam/mails.ts'

/** The rules of spam filters that have cost a mail of Tocsin points, or would. `npm run spam` asks SpamAssassin itself. */

const NOW = Date.UTC(2026, 10, 30, 12)
const LIST_KINDS = ['appeal', 'update', 'correction', 'news', 'copies']
const MAX_HTML = 80_000

type Read = SampleMail & { mail: Email; html: string; text: string; header(name: string): string | undefined }

const mails: Read[] = await Promise.all(
  (await sampleMails(NOW)).map(async (sample) => {
    const mail = await PostalMime.parse(sample.bytes)
    const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value
    return { ...sample, mail, html: mail.html ?? '', text: mail.text ?? '', header }
  }),
)

/** The kinds and languages of the mails that break a rule. */
const breaking = (rule: (mail: Read) => boolean): string[] =>
  mails.filter((mail) => !rule(mail)).map(({ kind, locale }) => `${kind} in ${locale}`)

describe('mails of every kind and language', () => {
  test('are more than ninety', () => expect(mails.length).toBeGreaterThan(90))

  test('do not greet like an advertisement', () => {
    expect(breaking(({ text }) => !/^\s*(dear (friend|sir|madam|customer|reader)|greetings)/im.test(text))).toEqual([])
  })

  test('hide no text by its colour, size or opacity', () => {
    const hidden =
      /style="[^"]*(font-size:\s*[0-2](px|pt)|opacity:\s*0[;"]|[^-]color:\s*#fff(fff)?;[^"]*display)[^"]*">\s*[^<\s]/i
    expect(breaking(({ html }) => !hidden.test(html))).toEqual([])
  })

  test('show the beginning that they mean to show, and then nothing else', () => {
    const templated = breaking(({ kind, html }) => {
      if (['letter-to-target', 'digest', 'copies', 'support'].includes(kind)) return true
      const [, shown = ''] = /<div style="display:none;[^"]*">([^<]+)<\/div>/.exec(html) ?? []
      const [words = '', fill = ''] = shown.split(/(?=&#847;|\u034f)/u, 2)
      return words.trim().length > 5 && fill !== '' && html.indexOf(shown) < html.indexOf('<table')
    })
    expect(templated).toEqual([])
  })

  test('have the date on which they leave', () => {
    expect(breaking(({ mail }) => Date.parse(mail.date ?? '') === NOW)).toEqual([])
  })

  test('have a text part that says what the HTML says, in lines that need no breaking', () => {
    expect(
      breaking(
        ({ text, html }) =>
          text.length > 100 &&
          html.length > text.length &&
          !/<[a-z]+[ >]/i.test(text) &&
          text.split('\n').every((line) => line.length <= 100 || /https:/.test(line)),
      ),
    ).toEqual([])
  })

  test('have a calm subject', () => {
    const isCalm = (subject: string) =>
      subject !== '' && subject.length <= 120 && !/[!?]{2}|\p{Lu}{8,}|^(re|fwd?):/u.test(subject)
    expect(breaking(({ mail }) => isCalm(mail.subject ?? ''))).toEqual([])
  })

  test('load nothing, and link only to addresses that are written out and safe', () => {
    expect(
      breaking(
        ({ html }) =>
          !/<(img|script|iframe|form|object)\b|url\(/i.test(html) &&
          [...html.matchAll(/href="([^"]+)"/g)].every(([, url = '']) => /^(https:\/\/[a-z]|mailto:|tel:|#)/.test(url)),
      ),
    ).toEqual([])
  })

  test('say how a list is left by one click, or that a machine wrote them; a letter says neither', () => {
    expect(
      breaking(({ kind, header }) => {
        const list = [header('list-id'), header('precedence'), header('feedback-id')].every(Boolean)
        const canBeLeft =
          /^<https:[^<>\s]+>$/.test(header('list-unsubscribe') ?? '') &&
          header('list-unsubscribe-post') === 'List-Unsubscribe=One-Click'
        const isAutomatic = header('auto-submitted') === 'auto-generated'
        if (LIST_KINDS.includes(kind)) return list && canBeLeft && !isAutomatic
        if (kind === 'welcome') return canBeLeft && isAutomatic
        return !list && !canBeLeft && isAutomatic !== (kind === 'letter-to-target')
      }),
    ).toEqual([])
  })

  test('say their language, are shown whole, and give nothing away in their headers', () => {
    expect(
      breaking(
        ({ locale, html, header }) =>
          header('content-language') === locale &&
          html.length < MAX_HTML &&
          !/@/.test(`${header('feedback-id')}${header('list-id')}`),
      ),
    ).toEqual([])
  })
})
