import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { printedLetters } from '../../../../src/campaigns/print/letter-sheet.ts'
import { canBeWritten } from '../../../../src/campaigns/print/pdf/characters.ts'
import { letterCanBePdf, lettersPdf, type SheetLetter } from '../../../../src/campaigns/print/pdf/letter-pdf.ts'
import { linesOf, type TextRun } from '../../../../src/campaigns/print/pdf/lines.ts'
import { sheetsPdf } from '../../../../src/campaigns/print/pdf/sheets.ts'
import { signaturesPdf } from '../../../../src/campaigns/print/pdf/signatures.ts'
import { SignatureSheet } from '../../../../src/campaigns/print/signature-sheet.tsx'
import { signatureTable } from '../../../../src/campaigns/print/signatures.ts'
import type { Prose } from '../../../../src/campaigns/text/prose.ts'
import { PAGE_LOCALES, translator } from '../../../../src/kit/page-texts.ts'
import { ferry, paragraph, wordsOf } from '../../../support/campaign.ts'
import { dense, fontsOf, metadataOf, PAPER_SIZES, pagesOf, structureOf } from '../../../support/pdf.ts'

const papers = ['a4', 'letter'] as const
const now = Date.parse('2026-11-28T12:00:00Z')
/** Points in 15 mm: within reach of every printer, and slightly less than the margins. */
const SAFE_POINTS = 42

const letter = (changes: Partial<SheetLetter> = {}): SheetLetter => ({
  locale: 'kk',
  to: ['Директор', 'Айлақ көшесі 1', 'Hollowmere'],
  day: '2026-11-28',
  title: 'Паром жұмысшылары & олардың <талабы>',
  prose: [
    paragraph('Құрметті директор,'),
    paragraph('Өндіріс қауіпсіздігі — үлкен іс: ә, ғ, қ, ң, ө, ұ, ү, һ, і.'),
    paragraph('Төртеуін қайта алыңыз.'),
    paragraph('Айгүл Мысалқызы\nҚарағанды'),
  ],
  ...changes,
})

const made = async (bytes: Promise<Uint8Array | null>): Promise<Uint8Array> => {
  const pdf = await bytes
  if (pdf === null) throw new Error('no PDF')
  return pdf
}

afterEach(() => {
  vi.useRealTimers()
})

describe('lines', () => {
  const width = 10
  const measure = ({ text }: TextRun) => [...text].length
  const run = fc.record({ text: fc.stringMatching(/^[абв ]{0,15}$/), bold: fc.boolean() })

  it('contain every character in order, respect the width, and break as late as possible', () => {
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        const lines = linesOf(runs, width, measure).map((line) => line.map(({ text }) => text).join(''))
        expect(dense(lines.join(''))).toBe(dense(runs.map(({ text }) => text).join('')))
        for (const [at, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(width)
          const [next] = lines[at + 1]?.split(' ') ?? []
          if (next !== undefined) expect(`${line} ${next}`.length).toBeGreaterThan(width)
        }
      }),
    )
  })

  it('end at a line feed, between words and after a hyphen between letters, but not in a number or at a non-breaking space', () => {
    const broken = (text: string) => linesOf([{ text }], width, measure).map((line) => line[0]?.text ?? '')
    expect(broken('one\ntwo')).toEqual(['one', 'two'])
    expect(broken('Anzhero-Sudzhensk')).toEqual(['Anzhero-', 'Sudzhensk'])
    expect(broken('call 2-34-56-78')).toEqual(['call', '2-34-56-78'])
    expect(broken('mine no\u00a01234')).toEqual(['mine', 'no\u00a01234'])
    expect(broken('Pneumonoultramicroscopic')).toEqual(['Pneumonoul', 'tramicrosc', 'opic'])
  })

  it('keep a word in two styles whole', () => {
    const lines = linesOf([{ text: 'take back ' }, { text: 'all', bold: true }, { text: ', now' }], 12, measure)
    expect(lines).toEqual([[{ text: 'take back' }], [{ text: 'all', bold: true }, { text: ', now' }]])
  })
})

describe('the font', () => {
  it('has the characters of left-to-right languages, and none of scripts that need shaping', () => {
    for (const text of [
      'Ää Çç Őő Şş Ğğ',
      'Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі',
      'Ћћ Її',
      'Ελλάδα, «Τα Νέα»· Ναι;',
      'Quay → gate ⇒ ½ of 10 m² ≤ 3 − 1, note § 4',
      'Nguyễn',
      '« „ “ ’ — – … № € ₸',
    ])
      expect(canBeWritten(text), text).toBe(true)
    for (const text of ['و', 'א', '中', 'क', 'ক', '✊', 'ქართული', 'հայերեն', 'e\u0323\u0323', '\ud800', '\u0007'])
      expect(canBeWritten(text), text).toBe(false)
    expect(canBeWritten('e\u0301\u202fk')).toBe(true) // normalised, and a space replaced by another
  })
})

describe('letters as a PDF', () => {
  it.each(papers)('begin a page each on %s, in embedded fonts, and every word can be read back', async (paper) => {
    const bytes = await made(lettersPdf([letter(), letter({ locale: 'ru', to: ['Директору'] })], paper))
    const pages = await pagesOf(bytes)
    expect(pages).toHaveLength(2)
    for (const { width, height } of pages) expect([Math.round(width), Math.round(height)]).toEqual(PAPER_SIZES[paper])
    for (const part of [
      'Директор Айлақ көшесі 1',
      '2026 ж. 28 қараша',
      'олардың <талабы>',
      'ә, ғ, қ, ң, ө, ұ, ү, һ, і.',
      'Мысалқызы Қарағанды',
    ])
      expect(pages[0]?.text).toContain(part)
    expect(pages[1]?.text).toContain('28 ноября 2026')
    const fonts = await fontsOf(bytes)
    expect(fonts.map(({ name }) => name.replace(/^[A-Z]{6}\+/, '')).sort()).toEqual([
      'NotoSans-Bold',
      'NotoSans-Regular',
    ])
    for (const font of fonts) expect(font.missingFile).toBe(false)
  })

  it('are the same bytes at any time', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now })
    const before = await made(lettersPdf([letter()], 'a4'))
    vi.setSystemTime(now + 86_400_000 + 1_001)
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.25)
    expect(await made(lettersPdf([letter()], 'a4'))).toEqual(before)
    random.mockRestore()
    expect(await made(lettersPdf([letter({ day: '2026-11-27' })], 'a4'))).not.toEqual(before)
    const { Title, ...rest } = await metadataOf(before)
    expect(Title).toBe('Паром жұмысшылары & олардың <талабы>')
    expect(JSON.stringify(rest)).not.toMatch(/D:\d{4}/)
  })

  it('are null if one letter has an unsupported character, and that letter is known', async () => {
    const arabic = letter({ locale: 'ar' })
    const emoji = letter({ prose: [paragraph('With you ✊')] })
    const named = letter({ to: ['مدير'] })
    for (const other of [arabic, emoji, named]) {
      expect(await lettersPdf([letter(), other], 'a4')).toBeNull()
      expect([letter(), other].map(letterCanBePdf)).toEqual([true, false])
    }
    expect(await lettersPdf([], 'a4')).toBeNull()
  })

  it.each(papers)('of many pages lose no line on %s, leave no single line, and respect the margins', async (paper) => {
    const paragraphs = Array.from(
      { length: 90 },
      (_, n) => `Begin ${n + 1}. ${'The gate is shut. '.repeat(8 + (n % 9) * 4)}End ${n + 1}.`,
    )
    const long = letter({ locale: 'en', prose: [paragraph('Pneumono'.repeat(20)), ...paragraphs.map(paragraph)] })
    const pages = await pagesOf(await made(lettersPdf([long, letter()], paper)))
    expect(pages.length).toBeGreaterThan(3)
    const whole = pages.map(({ text }) => text).join(' ')
    const numbers = paragraphs.map((_, n) => n + 1)
    for (const word of ['Begin', 'End'])
      expect([...whole.matchAll(new RegExp(`${word} (\\d+)\\.`, 'g'))].map(([, n]) => Number(n))).toEqual(numbers)
    expect(dense(whole)).toContain('Pneumono'.repeat(20))
    for (const { lines } of pages.slice(1, -1)) {
      const ends = lines.findIndex((line) => line.includes('End '))
      const begins = lines.findLastIndex((line) => line.includes('Begin '))
      expect(ends).toBeGreaterThan(0)
      expect(begins).toBeLessThan(lines.length - 1)
    }
    expect(pages.at(-1)?.text).not.toContain('End 90')
    expect(pages.at(-1)?.text).toContain('Мысалқызы')
    for (const { left, right, top, bottom } of pages)
      for (const edge of [left, right, top, bottom]) expect(edge).toBeGreaterThan(SAFE_POINTS)
  })

  it('are tagged for screen readers with headings, lists, quotations and languages', async () => {
    const bytes = await made(lettersPdf([letter({ locale: 'ru', prose: wordsOf('ru').appeal })], 'a4'))
    expect(await structureOf(bytes, 1)).toBe(
      'Root(Sect[ru](P P H1 P H2 L(LI(Lbl LBody(P)) LI(Lbl LBody(P P))) L(LI(Lbl LBody(P))) BlockQuote(P) P))',
    )
    const [page] = await pagesOf(bytes)
    expect(page?.text).toContain('3. The gate jammed. 4. Nobody came. Nobody. • Four dismissed.')
    expect(page?.text).toContain('Read the report The jammed gate')
  })
})

describe('the sheets of a campaign as a PDF', () => {
  const sheets = (changes = {}, locale = 'en') =>
    printedLetters(
      {
        locale,
        settings: { publicUrl: 'https://act.example.org' },
        campaign: { ...ferry, invented: false, ...changes },
      },
      now,
    ).map(({ sheet }) => sheet)

  it('have blanks only while the campaign is open', async () => {
    const [open] = await pagesOf(await made(sheetsPdf(sheets({ doNotUseAfter: '2027-03-01' }), 'a4')))
    expect(open?.text).toContain(
      'Director Hollow Line 1 Quay Fax +999 555 0101 To Director From Pages Ferry crew dismissed (en) Dear director,',
    )
    expect(open?.text).toMatch(/In my own words: Name Place Date Signature /)
    expect(open?.text).not.toContain('Not to be sent after') // its reader would wonder
    const [closed] = await pagesOf(await made(sheetsPdf(sheets({ status: 'closed' }, 'kk'), 'a4')))
    expect(closed?.text).toMatch(/^Бұл хатты енді жібермеңіз\..*Please do not send this letter any more\./)
    expect(closed?.text).not.toMatch(/Signature|In my own words|From/)
  })

  it('do not exist in Arabic or under review', async () => {
    const [director] = ferry.targets
    expect(await sheetsPdf(sheets({ targets: [{ ...director, locale: 'ar' }] }), 'a4')).toBeNull()
    expect(
      await sheetsPdf(
        sheets({ people: [{ id: 'm', naming: 'named', as: 'Mara', role: 'r', atRisk: true, until: '2026-11-27' }] }),
        'a4',
      ),
    ).toBeNull()
  })
})

describe('signatures as a PDF', () => {
  const rows = Array.from({ length: 1_200 }, (_, n) => ({
    name: n % 40 === 39 ? `Name ${n + 1} ${'Әбдірахманқызы '.repeat(8)}end ${n + 1}` : `Name ${n + 1}`,
    ...(n % 2 === 0 && { place: 'Қарағанды' }),
    country: 'KZ',
  }))
  const list = { title: 'Three bakers', lead: 'To the Labour Inspectorate', rows, unreadable: 0, day: '2026-11-28' }

  it.each(papers)(
    'are complete and numbered on %s, with a table head and page numbers on each page; no row is cut',
    async (paper) => {
      const pages = await pagesOf(await made(signaturesPdf(list, paper, 'en')))
      const whole = pages.map(({ text }) => text).join(' ')
      expect(
        [...whole.matchAll(/(\d+) Name (\d+)/g)].map(([, number, name]) => [Number(number), Number(name)]),
      ).toEqual(rows.map((_, n) => [n + 1, n + 1]))
      for (const [at, { text, left, right, top }] of pages.entries()) {
        expect(text).toContain('No. Name Place')
        expect(text).toMatch(new RegExp(` ${at + 1}/${pages.length}$`))
        for (const [, n] of text.matchAll(/ end (\d+)/g)) expect(text).toContain(`Name ${n} `)
        for (const edge of [left, right, top]) expect(edge).toBeGreaterThan(SAFE_POINTS)
      }
      expect(pages[0]?.text).toMatch(
        /^Three bakers To the Labour Inspectorate No\. Name Place 1 Name 1 Қарағанды, Kazakhstan 2 Name 2 Kazakhstan/,
      )
      expect(pages.at(-1)?.text).toContain('1,200 signatures, 28 November 2026')
    },
  )

  it('are tagged as a table with one head', async () => {
    const bytes = await made(signaturesPdf({ ...list, rows: rows.slice(0, 100) }, 'a4', 'fr'))
    const row = ' TR(TD TD TD)'
    expect(await structureOf(bytes, 1)).toBe(`Root(Sect[fr](H1 P Table(TR(TH TH TH)${row.repeat(100)})))`)
    expect(await pagesOf(bytes)).toHaveLength(3)
  })

  it('begin with the letter that was signed, in its own language, and so does the page', async () => {
    const text = (content: string) => [{ kind: 'text' as const, text: content }]
    const prose: Prose = [
      { kind: 'paragraph', children: text('Nobody should lose their work.') },
      { kind: 'list', ordered: true, start: 1, items: [[{ kind: 'paragraph', children: text('Mend the gate.') }]] },
    ]
    const signed = { ...list, letter: { locale: 'en', prose }, rows: rows.slice(0, 3) }
    const bytes = await made(signaturesPdf(signed, 'a4', 'fr'))
    const [page] = await pagesOf(bytes)
    expect(page?.text).toMatch(/Inspectorate La lettre signée Nobody should lose their work\. 1\. Mend the gate\. N/)
    expect(await structureOf(bytes, 1)).toMatch(
      /^Root\(Sect\[fr\]\(H1 P H2 Div\[en\]\(P L\(LI\(Lbl LBody\(P\)\)\)\) Table/,
    )
    const sheet = String(SignatureSheet({ list: signed, locale: 'ar' }))
    expect(sheet).toContain('<h2>الرسالة الموقَّعة</h2><div lang="en" dir="ltr"><p>Nobody should lose their work.</p>')
    const unwritable = { locale: 'ar', prose: [{ kind: 'paragraph' as const, children: text('لا أحد') }] }
    expect(await signaturesPdf({ ...signed, letter: unwritable }, 'a4', 'fr')).toBeNull()
  })

  it.each(PAGE_LOCALES)('say in %s how many names could not be read, on the page and in the PDF', async (locale) => {
    const short = { ...list, rows: rows.slice(0, 3) }
    const sheet = (unreadable: number) => String(SignatureSheet({ list: { ...short, unreadable }, locale }))
    for (const unreadable of [2, 7, 21]) {
      const missing = signatureTable({ ...short, unreadable }, locale).missing
      expect(sheet(unreadable)).toContain(missing)
      if (locale !== 'ar' || unreadable !== 2) expect(missing).toContain(String(unreadable))
      if (locale === 'ar') continue // the font of PDFs has no Arabic
      const [page] = await pagesOf(await made(signaturesPdf({ ...short, unreadable }, 'a4', locale)))
      expect(page?.text).toContain(missing)
    }
    expect(sheet(0)).not.toContain(signatureTable({ ...short, unreadable: 5 }, locale).missing.slice(4))
    expect(signatureTable(short, locale).missing).toBe('')
  })

  it('show a dash for a name that the font cannot write, under its number, and say so', async () => {
    const mixed = [
      { name: 'Ana' },
      { name: 'أمل', place: '東京', country: 'JP' },
      { name: 'Боря', place: 'แม่สอด' },
      { name: 'Eva' },
    ]
    for (const locale of ['en', 'ru', 'kk', 'fr', 'es']) {
      const [page] = await pagesOf(await made(signaturesPdf({ ...list, rows: mixed }, 'a4', locale)))
      expect(page?.text).toMatch(/1 Ana 2 — — 3 Боря — 4 Eva/)
      expect(page?.text).toContain(translator(locale)('signatures.unwritable', { count: 2 }))
    }
  })

  it('are the same bytes for the same list, and null in a language that the font cannot write', async () => {
    const short = { ...list, rows: rows.slice(0, 3) }
    expect(await made(signaturesPdf(short, 'a4', 'en'))).toEqual(await made(signaturesPdf(short, 'a4', 'en')))
    expect(await signaturesPdf(short, 'a4', 'ar')).toBeNull()
  })
})
