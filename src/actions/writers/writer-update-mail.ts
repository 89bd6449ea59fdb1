import type { Campaign } from '../../campaigns/campaign.ts'
import { emailStrings } from '../../emails/bundled.gen.ts'
import { newsValues } from '../../emails/values.ts'
import type { Settings } from '../../env.ts'
import { FALLBACK_LOCALE } from '../../kit/locales.ts'
import { formatMessage } from '../../kit/messages.ts'
import type { TransactionalMail as Mail } from '../../mailbox/transactional-mail.ts'
import { absolute, paths } from '../../paths.ts'
import { createStopLink } from './stop-link.ts'
import type { WriterUpdateRow } from './writer-update-state.ts'

/** The mail of a writer update to one writer, in the nearest of `locales`. Its key is the same each time it is made. */
export async function writerUpdateMail(
  settings: Settings,
  { slug }: Campaign,
  { about, updateId, at }: WriterUpdateRow,
  { writer, email, locale: wanted }: { writer: string; email: string; locale: string },
  locales: readonly string[],
): Promise<Mail> {
  const locale = [wanted, FALLBACK_LOCALE].find((one) => locales.includes(one)) ?? locales[0] ?? FALLBACK_LOCALE
  const stop = { campaign: slug, what: 'news', fingerprint: writer, locale } as const
  const link = absolute(settings.publicUrl, paths.stop(await createStopLink(settings.keys, stop, about, at)))
  const outcome =
    updateId === '' ? formatMessage(emailStrings[locale] ?? {}, locale, `news.${about.replace('/', '-')}`) : ''
  return {
    key: `news/${slug}/${about}`,
    email: 'news',
    locale,
    to: { address: email },
    values: newsValues({ outcome, stop: link }),
    campaign: slug,
    ...(updateId !== '' && { updateId }),
    unsubscribe: link,
  }
}
