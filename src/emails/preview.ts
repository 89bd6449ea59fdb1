import {
  type Campaign,
  type DatedEmail,
  datedSections,
  isDated,
  newestSection,
  wordsIn,
} from '../campaigns/campaign.ts'
import { defined } from '../kit/defined.ts'
import { absolute, paths } from '../paths.ts'
import type { Email, Values } from './message.ts'
import { compile, type MailSender, type TemplateInput } from './template/compile.ts'
import { type Merged, merge, sizeFault, sizeWarning } from './template/merge.ts'
import type { CompiledTemplate } from './template/template.ts'
import {
  bulkValues,
  confirmValues,
  draftValues,
  goodbyeValues,
  moderateValues,
  myDataValues,
  newsValues,
  noticeValues,
  receiptValues,
  returnedValues,
  welcomeValues,
} from './values.ts'

export type Preview = Merged & { warnings: string[] }

/**
 * Renders an e-mail with sample values, with warnings about its size and translation. Without `updateId`, an update or a
 * correction is the newest.
 * @throws Error when the e-mail cannot be compiled, or when its HTML is too large to send.
 */
export async function preview(
  campaign: Campaign | undefined,
  email: Email,
  locale: string,
  sender: MailSender,
  updateId?: string,
  compileWith: (input: TemplateInput) => Promise<CompiledTemplate> = compile,
): Promise<Preview> {
  const update = isDated(email) ? (updateId ?? newestOf(campaign, locale, email)) : undefined
  const { template, warnings } = await compileWith({
    email,
    locale,
    sender,
    ...defined({ campaign, updateId: update }),
  })
  const merged = merge(template, sampleValues(email, locale, sender))
  const fault = sizeFault(merged.html)
  if (fault !== null) throw new Error(`${email} in ${locale}: ${fault}`)
  const warning = sizeWarning(merged.html)
  return { ...merged, warnings: warning === null ? warnings : [...warnings, warning] }
}

const newestOf = (campaign: Campaign | undefined, locale: string, email: DatedEmail): string | undefined =>
  campaign && newestSection(datedSections(wordsIn(campaign, locale), email))?.id

/** Sample values for every slot of an e-mail. Links have the shape and length of real ones. */
export function sampleValues(email: Email, locale: string, { publicUrl }: { publicUrl: string }): Values {
  const link = (path: (token: string) => string) => absolute(publicUrl, path(SAMPLE_TOKEN))
  const reader = { name: 'Alex Sample', locales: [locale] }
  const unsubscribe = link(paths.unsubscribe)
  switch (email) {
    case 'confirm':
      return confirmValues({ confirm: link(paths.confirm), noMore: link(paths.noMore) })
    case 'letter':
    case 'voice':
      return draftValues({ confirm: link(paths.confirm), noMore: link(paths.noMore) })
    case 'moderate':
      return moderateValues({ waiting: SAMPLE_WAITING, links: `${SAMPLE_LABEL}\n${link(paths.moderate)}` })
    case 'notice':
      return noticeValues({ text: SAMPLE_LETTERS })
    case 'receipt':
      return receiptValues({ outcome: SAMPLE_OUTCOME, letters: SAMPLE_LETTERS })
    case 'returned':
      return returnedValues({ outcome: SAMPLE_OUTCOME, words: SAMPLE_LETTERS })
    case 'news':
      return newsValues({ outcome: SAMPLE_OUTCOME, stop: link(paths.stop) })
    case 'welcome':
      return welcomeValues(reader, locale, { unsubscribe })
    case 'appeal':
    case 'update':
    case 'correction':
      return bulkValues(reader, locale, { unsubscribe })
    case 'goodbye':
      return goodbyeValues(link(paths.confirm))
    case 'my-data':
      return myDataValues({
        preferences: link(paths.preferences),
        export: link(paths.export),
        erase: link(paths.erase),
      })
  }
}

const SAMPLE_WAITING = '1'
const SAMPLE_LABEL = 'A message:'
const SAMPLE_OUTCOME = 'Director of the works: ✓'
const SAMPLE_LETTERS = 'Dear Director,\n\nTake them back.\n\nAlex Sample'
const SAMPLE_TOKEN = 'sample'.padEnd(160, '-sample')
