/** What must not be found in a text, and what is expected instead. */
type Rule = { found: RegExp; expected: string }

const STRAIGHT: Rule = { found: /["']/u, expected: 'typographic quotation marks and apostrophes' }

const FRENCH: readonly Rule[] = [
  { found: /(?<![\u00A0\u202F])[;:!?»](?!\/\/)/u, expected: 'a no-break space (U+00A0 or U+202F) before ; : ! ? »' },
  { found: /«(?![\u00A0\u202F])/u, expected: 'a no-break space after «' },
]

const CYRILLIC: readonly Rule[] = [
  { found: /[“”„]/u, expected: '« »' },
  { found: /(?<=.)(?<!\u00A0)—/u, expected: 'a no-break space before —' },
]

const ARABIC: readonly Rule[] = [
  { found: /[\p{Script=Arabic}\uFFFC»)\]]\s*[,;?]/u, expected: 'the Arabic marks ، ؛ ؟' },
]

/** Spanish takes « » or “ ”, whichever the glossary's section on typography names. */
const spanish = (typography: string): readonly Rule[] => [
  typography.includes('«') ? { found: /[“”]/u, expected: '« »' } : { found: /[«»]/u, expected: '“ ”' },
]

function rulesOf(locale: string, typography: string): readonly Rule[] {
  switch (locale) {
    case 'fr':
      return [STRAIGHT, ...FRENCH]
    case 'ru':
    case 'kk':
      return [STRAIGHT, ...CYRILLIC]
    case 'es':
      return [STRAIGHT, ...spanish(typography)]
    case 'ar':
      return [STRAIGHT, ...ARABIC]
    default:
      return [STRAIGHT]
  }
}

/** The faults of one text against its language's typography: what was found and what is expected. */
export function typographyFaults(
  locale: string,
  typography: string,
  text: string,
): { found: string; expected: string }[] {
  const faults = rulesOf(locale, typography).flatMap(({ found, expected }) => {
    const match = found.exec(text)
    return match === null ? [] : [{ found: around(text, match.index), expected }]
  })
  if (locale !== 'es') return faults
  const unopened = (['¿?', '¡!'] as const).filter(([open, close]) => times(text, open) !== times(text, close))
  return [...faults, ...unopened.map(([open, close]) => ({ found: text, expected: `as many ${open} as ${close}` }))]
}

const times = (text: string, mark = '') => text.split(mark).length - 1

/** Characters shown before and after a fault. */
const CONTEXT = 20

const around = (text: string, index: number): string =>
  text
    .slice(Math.max(0, index - CONTEXT), index + CONTEXT)
    .replaceAll('\u00A0', '⍽')
    .replaceAll('\u202F', '⍽')
