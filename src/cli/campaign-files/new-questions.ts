import { frontMatter } from '../../campaigns/campaign.ts'
import { singleLine, slug, TOPICS, type Topic } from '../../campaigns/definition.ts'
import { countryAdvice, countryNamed } from '../../kit/countries.ts'
import { isoDay } from '../../kit/day.ts'
import { defined } from '../../kit/defined.ts'
import { ADDRESS_ADVICE, normaliseAddress } from '../../security/address.ts'
import { codeFault, languageName } from '../language-files/language-code.ts'
import type { NewCampaign } from './new-campaign.ts'

/** The person has left the questions, for example with Ctrl-C. */
export const LEFT = Symbol('left')

/** What is asked, by the option of `new` that answers it beforehand. */
export const NEW_KEYS = [
  'title',
  'folder',
  'summary',
  'country',
  'topics',
  'languages',
  'target',
  'target-language',
  'salutation',
  'target-email',
  'target-post',
] as const
export type NewKey = (typeof NEW_KEYS)[number]

type TextQuestion = {
  key: NewKey
  message: string
  /** An answer that somebody else could give. It is shown with the question, so that nobody takes it for what is proposed. */
  example?: string
  /** What is proposed: one key press takes it. */
  initial?: string
  /** Whether nobody has to answer: nothing typed is an answer, too. */
  mayBeEmpty?: boolean
  validate(typed: string): string | undefined
}
type ChoiceQuestion<Value extends string> = {
  key: NewKey
  message: string
  options: readonly Value[]
  initial?: readonly Value[]
}

/** A way to ask, such as the terminal. `validate` returns what is wrong with an answer, or undefined. */
export type Asker = {
  text(question: TextQuestion): Promise<string | typeof LEFT>
  choose<Value extends string>(question: ChoiceQuestion<Value>): Promise<Value[] | typeof LEFT>
}

/** What the questions know: the folders that exist, the languages of the site, and the time in epoch ms. */
type KnownToNew = { folders: readonly string[]; locales: readonly string[]; now: number }

/** Most characters of a target's office and salutation. */
const MAX_LINE_CHARS = 200

/** Asks for a new campaign: its folder and the answers for `newCampaign`. Null when the person has left. */
export async function askNewCampaign(
  ask: Asker,
  { folders, locales, now }: KnownToNew,
): Promise<{ folder: string; answers: NewCampaign } | null> {
  const { title: titleRule, summary: summaryRule } = frontMatter.shape
  const title = await ask.text({
    key: 'title',
    message: 'Headline, in English',
    example: 'Crane drivers locked out',
    validate: (typed) => faultIn(titleRule, typed),
  })
  if (title === LEFT) return null
  const folder = await ask.text({
    key: 'folder',
    message: 'Name of its folder, which is part of its web address',
    initial: slugFrom(title),
    validate: (typed) => folderFault(folders, typed),
  })
  if (folder === LEFT) return null
  const summary = await ask.text({
    key: 'summary',
    message: 'One or two sentences: what is happening, and what to do',
    validate: (typed) => faultIn(summaryRule, typed),
  })
  if (summary === LEFT) return null
  const country = await ask.text({
    key: 'country',
    message: 'Country of the case',
    example: 'Norway or NO',
    validate: (typed) => (countryNamed(typed) === undefined ? countryAdvice(typed) : undefined),
  })
  if (country === LEFT) return null
  const topics = await ask.choose<Topic>({ key: 'topics', message: 'Trades', options: TOPICS })
  if (topics === LEFT) return null
  const chosen = await ask.choose({
    key: 'languages',
    message: 'Languages of the text',
    options: locales,
    initial: ['en'],
  })
  if (chosen === LEFT) return null
  const target = await askTarget(ask, chosen)
  if (target === LEFT) return null
  const answers = {
    title,
    summary,
    country: countryNamed(country) ?? country,
    topics,
    locales: chosen,
    opened: isoDay(now),
  }
  return { folder, answers: { ...answers, ...defined({ target }) } }
}

/** One target to begin with; undefined for a campaign that writes to nobody yet. */
async function askTarget(ask: Asker, locales: readonly string[]): Promise<NewCampaign['target'] | typeof LEFT> {
  const line = singleLine(MAX_LINE_CHARS)
  const role = await ask.text({
    key: 'target',
    message: 'Office of the person to write to (empty: nobody yet)',
    mayBeEmpty: true,
    example: 'Harbour director',
    validate: (typed) => (typed.trim() === '' ? undefined : faultIn(line, typed)),
  })
  if (role === LEFT) return LEFT
  if (role.trim() === '') return undefined
  const [first = 'en'] = locales
  const locale = await ask.text({
    key: 'target-language',
    message: 'Language this person reads, any language, by its code',
    example: 'no for Norwegian',
    initial: first,
    validate: codeFault,
  })
  if (locale === LEFT) return LEFT
  const salutation = await ask.text({
    key: 'salutation',
    message: `First line of a letter to this person, in ${languageName(locale)}`,
    ...(locale === 'en' && { example: 'Dear director,' }),
    validate: (typed) => faultIn(line, typed),
  })
  if (salutation === LEFT) return LEFT
  const email = await ask.text({
    key: 'target-email',
    message: 'Email address (empty: on paper only)',
    mayBeEmpty: true,
    validate: (typed) => (typed.trim() === '' ? undefined : addressFault(typed)),
  })
  if (email === LEFT) return LEFT
  if (email.trim() !== '') return { role, locale, salutation, email: email.trim() }
  const post = await ask.text({
    key: 'target-post',
    message: 'Postal address of this person, its lines separated by commas',
    example: 'Port of Nowhere, Quay 1',
    validate: (typed) => (linesIn(typed).length === 0 ? 'expected at least one line' : undefined),
  })
  return post === LEFT ? LEFT : { role, locale, salutation, post: linesIn(post) }
}

const linesIn = (typed: string): string[] =>
  typed
    .split(',')
    .map((line) => line.trim())
    .filter((line) => line !== '')

function addressFault(typed: string): string | undefined {
  const read = normaliseAddress(typed)
  return read.ok ? undefined : `expected ${ADDRESS_ADVICE[read.error]}`
}

/** What is wrong with the name of a new folder, with one that would do. */
function folderFault(folders: readonly string[], typed: string): string | undefined {
  if (folders.includes(typed)) return `campaigns/${typed} exists: name another, such as ${freeName(folders, typed)}`
  const fault = faultIn(slug, typed)
  const near = slugFrom(typed)
  return fault === undefined || near === '' ? fault : `${fault}; ${freeName(folders, near)} would do`
}

/** The name, or the name with the first number that no folder has. */
function freeName(folders: readonly string[], name: string): string {
  let free = name
  for (let n = 2; folders.includes(free); n++) free = `${name}-${n}`
  return free
}

type RuleIssue = { code: string; message: string; maximum?: number | bigint }
type Rule = { safeParse(value: unknown): { error?: { issues: readonly RuleIssue[] } | undefined } }

function faultIn(rule: Rule, typed: string): string | undefined {
  const [issue] = rule.safeParse(typed).error?.issues ?? []
  if (issue?.code === 'too_small') return 'expected some text'
  if (issue?.code === 'too_big') return `found ${typed.length} characters; expected at most ${issue.maximum}`
  return issue?.message
}

/** A name for the folder from a headline: Latin letters and digits of its first words. */
export function slugFrom(title: string): string {
  const words =
    title
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? []
  return words.slice(0, SLUG_WORDS).join('-').slice(0, MAX_SLUG_CHARS).replace(/-$/, '')
}
const SLUG_WORDS = 4
const MAX_SLUG_CHARS = 60
