import { frontMatter } from '../../campaigns/campaign.ts'
import { definition, type Topic } from '../../campaigns/definition.ts'
import { withMadeFrom } from '../../campaigns/source/front-matter.ts'
import { normaliseSource, revisionOf } from '../../campaigns/source/source-text.ts'
import { isoDay } from '../../kit/day.ts'
import { DAY_MS } from '../../kit/durations.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { commentedYaml, type YamlValues } from './commented-yaml.ts'
import { fieldsOf } from './field-list.ts'
import { DEFINITION_NOTES, FRONT_NOTES, SECTION_NOTES } from './field-notes.ts'

/** What `new` asks. `locales` may leave English out; it is written in any case. */
export type NewCampaign = {
  title: string
  summary: string
  country: string
  topics: readonly Topic[]
  locales: readonly string[]
  opened: string
  demands?: readonly string[]
  target?: { role: string; locale: string; salutation: string; email?: string; post?: readonly string[] }
}

/** A new campaign has no updates and no corrections yet, so their subjects name no day. */
const NO_DAYS = { 'subjects.updates': '{}', 'subjects.corrections': '{}' }
/** Days from the opening to the dates in examples. */
const EXAMPLE_DAYS = 180

/** A text under ## Appeal and ## Letter to begin with, in `[[…]]`: a draft has no fault with it, any other campaign has. */
const PLACEHOLDERS: Readonly<Record<string, { appeal: string; letter: string }>> = {
  en: { appeal: 'Write here what happened, and what readers can do.', letter: 'Write here what the letter says.' },
  ru: { appeal: 'Напишите здесь, что произошло и что могут сделать читатели.', letter: 'Напишите здесь текст письма.' },
  fr: {
    appeal: 'Écrivez ici ce qui s’est passé et ce que l’on peut faire.',
    letter: 'Écrivez ici le texte de la lettre.',
  },
  es: {
    appeal: 'Escribe aquí qué ha pasado y qué pueden hacer los lectores.',
    letter: 'Escribe aquí el texto de la carta.',
  },
  kk: { appeal: 'Мұнда не болғанын және оқырман не істей алатынын жазыңыз.', letter: 'Мұнда хаттың мәтінін жазыңыз.' },
  ar: { appeal: 'اكتب هنا ما حدث وما يستطيع القرّاء فعله.', letter: 'اكتب هنا نص الرسالة.' },
}

/** The files of a new campaign by name: a draft without a fault, with every field explained in a comment. */
export async function newCampaign(folder: string, answers: NewCampaign): Promise<Record<string, string>> {
  const english = wordsText(FALLBACK_LOCALE, answers)
  const revision = await revisionOf(normaliseSource(english))
  const translations = answers.locales
    .filter((locale) => locale !== FALLBACK_LOCALE)
    .map((locale) => {
      const text = wordsText(locale, answers)
      return [`${locale}.md`, withMadeFrom(text, revision) ?? text]
    })
  return {
    'campaign.yaml': definitionText(folder, answers),
    [`${FALLBACK_LOCALE}.md`]: english,
    ...Object.fromEntries(translations),
  }
}

function definitionText(folder: string, answers: NewCampaign): string {
  const { target } = answers
  const values: YamlValues = {
    slug: folder,
    status: 'draft',
    opened: answers.opened,
    country: quoted(answers.country),
    'topics[]': `[${answers.topics.join(', ')}]`,
    ...(target && targetValues(target)),
  }
  const later = isoDay(Date.parse(answers.opened) + EXAMPLE_DAYS * DAY_MS)
  const examples = {
    closes: later,
    doNotUseAfter: later,
    'targets[].verifiedAt': answers.opened,
    'events[].start': `${later}T16:00`,
    'events[].end': `${later}T18:00`,
    'people[].until': later,
  }
  return `${[
    '# The facts of the campaign. Each field is explained above it; docs/campaign-files.md lists them all.',
    '# A line that begins with # and no space is an example: take the # away, and the line counts.',
    '# `npm run check` names every fault. Set status to open when the campaign may be seen.',
  ].join('\n')}\n\n${commentedYaml(fieldsOf(definition), { notes: DEFINITION_NOTES, values, examples })}`
}

function targetValues(target: NonNullable<NewCampaign['target']>): YamlValues {
  const { email, post } = target
  const ladder = [
    ...(email === undefined ? [] : ['own-mailbox', 'each', 'digest']),
    ...(post === undefined ? [] : ['paper']),
  ]
  return {
    'targets[].id': 'target',
    'targets[].role': quoted(target.role),
    'targets[].locale': quoted(target.locale), // in quotes, because `no` is a truth value to some readers of YAML
    'targets[].salutation': `{ ${quoted(target.locale)}: ${quoted(target.salutation)} }`,
    ...(email !== undefined && { 'targets[].channels.email[]': `[${quoted(email)}]` }),
    ...(post !== undefined && { 'targets[].channels.post[]': `[${post.map(quoted).join(', ')}]` }),
    'targets[].ladder[]': `[${ladder.join(', ')}]`,
  }
}

function wordsText(locale: string, { title, summary, demands = [], target }: NewCampaign): string {
  const values: YamlValues = {
    title: quoted(title),
    summary: quoted(summary),
    'subjects.appeal': quoted(title),
    ...(demands.length > 0 && { 'demands[]': `[${demands.map(quoted).join(', ')}]` }),
  }
  const fields = fieldsOf(frontMatter).filter(({ path }) => path !== 'madeFrom') // in translations only, set below
  const { appeal, letter } = PLACEHOLDERS[locale] ?? PLACEHOLDERS[FALLBACK_LOCALE] ?? { appeal: '', letter: '' }
  const sections = Object.entries(SECTION_NOTES).map(([heading, what]) => `# ## ${heading}: ${what}.`)
  return [
    '---',
    `# The words in this language (${locale}). Below the second line of hyphens come the sections, each under its heading:`,
    ...sections,
    '',
    `${commentedYaml(fields, { notes: FRONT_NOTES, values, examples: NO_DAYS }).trimEnd()}`,
    '---',
    '',
    `## Appeal\n\n[[${appeal}]]\n`,
    ...(target === undefined ? [] : [`## Letter\n\n[[${letter}]]\n`]),
  ].join('\n')
}

/** A text as YAML in double quotes, on one line. */
const quoted = (text: string): string => JSON.stringify(text.replace(/\s+/g, ' ').trim())
