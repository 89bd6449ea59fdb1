import { type Emitter, Liquid, LiquidError, type LiquidOptions, Tag, type TagToken, type TopLevelToken } from 'liquidjs'
import { hasLocale } from '../../campaigns/campaign.ts'
import type { Way } from '../../campaigns/contacts.ts'
import { isolated, isolatedLine, isolatedLink, withIsolatedNumbers } from '../../campaigns/text/isolates.ts'
import { hang, indent, item, tidy, titled, wrap } from '../../campaigns/text/prose-text.ts'
import { clean, oneLine } from '../../kit/characters.ts'
import { directionOf } from '../../kit/locales.ts'
import { joinList } from '../../kit/page-texts.ts'
import { errorMessage } from '../../kit/result.ts'
import { emailFiles, emailStrings } from '../bundled.gen.ts'
import { labelled, type MailTexts, mailTexts } from '../mail-texts.ts'
import { BULK_EMAILS, type Email } from '../message.ts'
import { dataToHtml } from './escape.ts'
import { linkHtml } from './prose-html.ts'
import { markOf, splitHtml, splitText, unusedSlots } from './slot-splitter.ts'
import { slotsOf } from './slots.ts'
import type { CompiledTemplate } from './template.ts'
import { type MailSender, type TemplateInput, templateContext } from './template-context.ts'
import { templateHash } from './template-hash.ts'

export type { MailSender, TemplateInput }

/** Limits of one Liquid rendering: characters of a template file, milliseconds, and characters allocated. */
const LIMITS = { parseLimit: 100_000, renderLimit: 5_000, memoryLimit: 10_000_000 }

/**
 * Compiles an e-mail in one language to a template with slots: Liquid to MJML, MJML to HTML, HTML to pieces.
 * @throws Error naming the file and line of a broken template, or what the input lacks.
 */
export async function compile(input: TemplateInput): Promise<CompiledTemplate> {
  const { email, locale } = input
  if (BULK_EMAILS.some((bulk) => bulk === email) && input.campaign === undefined) {
    throw new Error(`the e-mail "${email}" belongs to a campaign: give a campaign`)
  }
  if (emailStrings[locale] === undefined)
    throw new Error(`no e-mail texts in ${locale}: add emails/strings/${locale}.yaml`)
  const view = templateContext(input)
  const texts = mailTexts(locale)
  const mjml = render(`${email}.mjml`, htmlEngine(texts), view)
  const text = tidy(render(`${email}.txt.liquid`, textEngine(texts), view))
  const { html, warnings } = await toHtml(`${email}.mjml`, mjml, view)
  const slots = slotsOf(email)
  const compiled = {
    email,
    locale,
    hash: await templateHash(input),
    subject: [subjectOf(view, texts)],
    html: located(`emails/${email}.mjml`, () => splitHtml(html, slots)),
    text: located(`emails/${email}.txt.liquid`, () => splitText(text, slots)),
  }
  const unused = unusedSlots([...compiled.html, ...compiled.text], slots)
  if (unused.length > 0)
    throw new Error(`emails/${email}.mjml: the template does not use the slot ${unused.join(', ')}`)
  return { template: compiled, warnings: [...warnings, ...warningsAbout(input)] }
}

type View = ReturnType<typeof templateContext>

/** Keys of e-mail texts that differ from the e-mail's name. */
const STRINGS_KEY: Partial<Record<Email, string>> = { 'my-data': 'myData' }

function subjectOf(view: View, { locale, t }: MailTexts): string {
  const { email, update, campaign } = view
  const written = update?.subject ?? (email === 'appeal' ? campaign?.subjects.appeal : undefined)
  const subject = oneLine(clean(written ?? t(`${STRINGS_KEY[email] ?? email}.subject`)))
  return directionOf(locale) === 'ltr' ? subject : isolatedLine(locale, withIsolatedNumbers(subject))
}

const htmlEngine = (texts: MailTexts): Liquid => {
  const engine = engineWith(texts, dataToHtml)
  engine.registerFilter('link', { raw: true, handler: (url: string, text: string) => linkHtml(url, dataToHtml(text)) })
  return engine
}

const textEngine = (texts: MailTexts): Liquid => {
  const engine = engineWith(texts, clean)
  const { locale, t } = texts
  engine.registerFilter('wrap', (text: string) => wrap(text))
  engine.registerFilter('titled', (text: string) => titled(text))
  engine.registerFilter('indent', (text: string) => indent(text))
  engine.registerFilter('item', (text: string, number?: number) => item(text, number))
  engine.registerFilter('list', (parts: readonly string[]) =>
    joinList(
      locale,
      parts.map((part) => isolated(locale, part)),
    ),
  )
  engine.registerFilter('isolate', (text: string) => isolated(locale, text))
  engine.registerFilter('way', ({ label, lines }: Way) => {
    const own = lines.map(({ text, url }) =>
      url === null ? isolated(locale, text, label === 'post' ? 'auto' : 'ltr') : isolatedLink(locale, text),
    )
    return hang(`  ${labelled(texts, t(`channel.${label}`))} `, own.join('\n'))
  })
  return engine
}

/** Liquid engine whose output is escaped by `written`. Campaign text is only data: Liquid never parses it. */
function engineWith(texts: MailTexts, written: (text: string) => string): Liquid {
  const options: LiquidOptions = {
    ...LIMITS,
    templates: emailFiles,
    outputEscape: (value) => written(String(value ?? '')),
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    jsTruthy: true,
    ownPropertyOnly: true,
  }
  const engine = new Liquid(options)
  engine.registerFilter('t', (key: string, ...values: Array<[string, string | number]>) =>
    texts.t(key, Object.fromEntries(values)),
  )
  engine.registerFilter('label', (label: string) => labelled(texts, label))
  engine.registerTag('slot', SlotTag)
  return engine
}

/** `{% slot greeting %}`: the place of a value that differs between recipients. */
class SlotTag extends Tag {
  private readonly slot: string

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
    super(token, remaining, liquid)
    this.slot = token.args.trim()
  }

  override render(_context: unknown, emitter: Emitter): void {
    emitter.write(markOf(this.slot))
  }
}

function render(file: string, engine: Liquid, view: View): string {
  try {
    return String(engine.renderSync(engine.parseFileSync(file), {}, { globals: view }))
  } catch (error) {
    if (!LiquidError.is(error)) throw error
    throw new Error(`emails/${file}: ${error.message}`) // the message has the file, line and column of the part at fault
  }
}

async function toHtml(file: string, source: string, view: View): Promise<{ html: string; warnings: string[] }> {
  const { default: mjml2html } = await import('mjml') // 650 KB that only a compile needs
  try {
    const { html, errors } = await mjml2html(source, {
      validationLevel: 'strict',
      keepComments: false,
      minify: false,
      fonts: {},
    })
    return {
      html: compact(withLandmark(html, view.direction)),
      warnings: errors.map(({ line, message }) => mjmlFault(file, source, line, message)),
    }
  } catch (error) {
    const faults = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : []
    if (faults.length === 0) throw new Error(`emails/${file}: ${errorMessage(error)}`)
    throw new Error(faults.map(({ line, message }) => mjmlFault(file, source, line, message)).join('\n'))
  }
}

const mjmlFault = (file: string, source: string, line: number, message: string): string => {
  const written = source.split('\n')[line - 1]?.trim().slice(0, 100) ?? ''
  return `emails/${file}: line ${line} of the generated MJML, ${written}: ${message}`
}

/** Adds a `<main>` landmark and the body's direction, for which MJML has no option. */
const withLandmark = (html: string, direction: string): string =>
  html.replace('<body ', `<body dir="${direction}" `).replace(/(<body[^>]*>)([\s\S]*)(<\/body>)/, '$1<main>$2</main>$3')

/** Removes indentation, which makes a mail a third smaller. No e-mail text depends on spaces at the start of a line. */
const compact = (html: string): string => html.replace(/\n\s+/g, '\n').trim()

function located<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new Error(`${file}: ${errorMessage(error)}`, { cause: error })
  }
}

function warningsAbout({ campaign, locale, email }: TemplateInput): string[] {
  if (campaign === undefined) return []
  const isBulk = BULK_EMAILS.some((bulk) => bulk === email)
  if (isBulk && !hasLocale(campaign, locale)) return [`${campaign.slug} has no ${locale}.md: the texts are in English`]
  const words = campaign.words[locale]
  if (words?.stale !== true) return []
  const why =
    words.madeFrom === undefined
      ? 'was never marked as a translation of en.md: compare the two'
      : 'is older than en.md: translate what changed'
  return [`${campaign.slug}/${locale}.md ${why}`]
}
