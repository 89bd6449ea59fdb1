import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { paths } from '../../src/paths.ts'
import { hasToken, tidyPath } from '../../src/web/routing/tidy-path.ts'

const TOKEN = 'BGtpZDHd-_x9AA0aZz_-'
const slug = 'river-street-bakery'
const pageOf = (path: string) => path.split(/[?#]/)[0] ?? ''

/** A path of every page that `paths` builds. */
const PAGES = [
  paths.home('en'),
  paths.campaign('ar', slug),
  paths.calendar('en', slug),
  paths.write('kk', slug),
  paths.letters(slug),
  paths.support('en', slug),
  paths.letterSheets('fr', slug),
  pageOf(paths.letterPdf('es', slug, 'a4')),
  pageOf(paths.campaignText(slug, 'en')),
  pageOf(paths.picture('ru', slug, '1')),
  pageOf(paths.embed('en', slug)),
  paths.signUp('en'),
  pageOf(paths.myData('en')),
  '/healthz',
  '/style.css',
]
const TOKEN_PAGES = [paths.confirm, paths.unsubscribe, paths.stop, paths.preferences, paths.erase, paths.export].map(
  (build) => build(TOKEN),
)
const UNTOUCHED = [
  '/',
  paths.outboxEml(12),
  paths.outboxAttachment(12, 0),
  '/api/dispatches/ID-1.2',
  '/webhooks/resend',
]

/** What people and mail programs put behind a link. */
const JUNK = [
  '/',
  '//',
  '.',
  ',',
  ';',
  ':',
  '!',
  '?',
  ')',
  ']',
  '}',
  '>',
  '"',
  '”',
  '»',
  '。',
  '%20',
  '%0D%0A',
  '%E2%80%9D',
  '*',
  '=',
  '%3E',
  '…',
  '/.',
  '%00',
]
const junk = fc.array(fc.constantFrom(...JUNK), { maxLength: 4 }).map((pieces) => pieces.join(''))
const anyCase = (text: string) =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((character, n) => (upper[n] ? character.toUpperCase() : character)).join(''))
/** Characters that a URL need not encode, encoded nevertheless. */
const encodedHyphens = (text: string) => text.replaceAll('-', '%2D').replaceAll('.', '%2e')

describe('a path', () => {
  test.each([...PAGES, ...TOKEN_PAGES, ...UNTOUCHED])('%s, as Tocsin writes it, stays as it is', (path) => {
    expect(tidyPath(path)).toBe(path)
  })

  test('of a page is found in any case, with encoded characters, doubled slashes and anything behind it', () => {
    const damaged = fc
      .constantFrom(...PAGES)
      .chain((page) => fc.tuple(fc.constant(page), anyCase(page), junk, fc.boolean()))
    fc.assert(
      fc.property(damaged, ([page, typed, behind, encode]) => {
        const doubled = encode ? encodedHyphens(typed).replace('/', '//') : typed
        expect(tidyPath(doubled.replace(/\/$/, '') + behind)).toBe(page)
      }),
    )
  })

  test.each(PAGES.filter((page) => !page.endsWith('/')))('%s is found with one final slash', (page) => {
    expect(tidyPath(`${page}/`)).toBe(page)
  })

  test.each([
    '&quot;',
    '&gt;.',
    '%3Futm_source=x',
    '%3futm=a%26b=c',
    '%23top',
    ';jsessionid=1A',
    '%22%3Ehere',
    '&amp;x=y',
    '">here',
    ').&nbsp;',
  ])('of a page is found with %s behind it', (behind) => {
    for (const page of PAGES) expect(tidyPath(page.replace(/\/$/, '') + behind)).toBe(page)
  })

  test('of a link keeps its token, whatever stands behind it', () => {
    const behind = fc.tuple(fc.constantFrom(...JUNK), junk, fc.constantFrom('', 'and so on', '3D', '/a/b'))
    fc.assert(
      fc.property(fc.constantFrom(...TOKEN_PAGES), behind, (page, [first, more, words]) => {
        if (first === '=' && (words === '3D' || /^%0D%0A$/i.test(more))) return // “=” and a line break join what follows
        expect(tidyPath(page + first + more + words)).toBe(page)
        expect(hasToken(page)).toBe(true)
      }),
    )
  })

  test.each(['=%0D%0A', '=\r\n', '=%0A', '=\n', '%3D%0D%0A'])(
    'whose token a mail program broke by %j is joined again',
    (softBreak) => {
      expect(tidyPath(`/unsubscribe/${TOKEN.slice(0, 9)}${softBreak}${TOKEN.slice(9)}`)).toBe(`/unsubscribe/${TOKEN}`)
    },
  )

  test('is never the address of another site, and tidying it again changes nothing', () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '//', '\\', '%2F', '%5C', 'evil.example', 'en', '..', ...JUNK),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const tidy = tidyPath(`/${pieces.join('')}`)
        expect(tidy).toMatch(/^\/(?![/\\])/)
        expect(tidyPath(tidy)).toBe(tidy)
      }),
    )
  })
})
