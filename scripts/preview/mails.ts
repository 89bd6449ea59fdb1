/** The mails of a campaign, made of the server's templates. */

import { addresseesOf, addressesInCc } from '../../src/actions/letters/addressees.ts'
import { type Campaign, textIn } from '../../src/campaigns/campaign.ts'
import { deliverableTargets, letterLocale, type Target } from '../../src/campaigns/letter-language.ts'
import { supportContacts } from '../../src/campaigns/public-submissions.ts'
import { copiesMail, digestMail, supportMail } from '../../src/emails/letters/digest.ts'
import { letterTemplate } from '../../src/emails/letters/letter.ts'
import type { Values } from '../../src/emails/message.ts'
import { merge, sizeFault, sizeWarning } from '../../src/emails/template/merge.ts'
import type { Template } from '../../src/emails/template/template.ts'
import type { MailSender } from '../../src/emails/template/template-context.ts'
import { defined } from '../../src/kit/defined.ts'
import { FALLBACK_LOCALE } from '../../src/kit/locales.ts'
import { absolute, paths } from '../../src/paths.ts'
import type { Server } from '../local/server.ts'
import { mailsCaused } from './mails-caused.ts'
import { rendererIn } from './renderer.ts'
import { SAMPLE_ENTRIES, SAMPLE_WRITER } from './sample-people.ts'
import type { Shown } from './shown.ts'

type MailContext = { server: Server; campaign: Campaign; sender: MailSender; now: number }

/** The mails in one language to supporters, writers and moderators. @throws Error when a template does not compile */
export async function mailsIn({ server, campaign, sender, now }: MailContext, locale: string): Promise<Shown[]> {
  const renderer = await rendererIn(server, 'mail', locale)
  const { publicUrl } = sender
  return Promise.all(
    mailsCaused({ campaign, locale, publicUrl, now }).map(async ({ email, name, title, updateId, values }) => {
      const made = await renderer.template({ email, locale, campaign, sender, ...defined({ updateId }) })
      if (!made.ok) throw new Error(`${email} in ${locale}: ${made.error}`)
      return shownMail({ name, title, template: made.value.template, values, warnings: made.value.warnings })
    }),
  )
}

/** The mails that carry what people wrote: to targets, to the readers of copies, and to the workers. Each in its reader's language. */
export function lettersOf({ campaign, sender }: Pick<MailContext, 'campaign' | 'sender'>): Shown[] {
  const stop = absolute(sender.publicUrl, paths.stop('sample'.padEnd(SAMPLE_TOKEN_CHARS, '-sample')))
  const targets = deliverableTargets(campaign)
  const copied = campaign.copies.filter(({ channels }) => channels.email !== undefined)
  return [
    ...targets.flatMap((target) => lettersTo(campaign, target, sender, stop)),
    ...(targets.length === 0 ? [] : copied).map((reader) =>
      shownMail({
        name: `copies-${reader.id}`,
        title: `Copies of letters to ${textIn(reader.name, FALLBACK_LOCALE)}`,
        template: copiesMail(campaign, reader, targets, SAMPLE_ENTRIES, stop, sender),
      }),
    ),
    ...supportContacts(campaign).map((reader) =>
      shownMail({
        name: `support-${reader.id}`,
        title: `Messages of support to ${textIn(reader.name, FALLBACK_LOCALE)}`,
        template: supportMail(campaign, reader, SAMPLE_ENTRIES, sender),
      }),
    ),
  ]
}

/** Characters of a token, as in the samples of the API. */
const SAMPLE_TOKEN_CHARS = 160

/** Address that a letter with Cc names, as REPLY_TO of a deployment would be. */
const SAMPLE_REPLY_TO = 'campaigns@example.org'

/** `stop`: the page where the reader of a target asks for fewer letters. A letter with Cc does not link to it. */
function lettersTo(campaign: Campaign, target: Target, sender: MailSender, stop: string): Shown[] {
  const hasCc = addressesInCc(addresseesOf(campaign).values()).length > 0
  const role = textIn(target.role, FALLBACK_LOCALE)
  const mails = [
    {
      way: 'each',
      name: 'letter-to',
      title: 'Letter to',
      template: letterTemplate(
        campaign,
        target,
        SAMPLE_WRITER,
        sender,
        hasCc ? { writeTo: SAMPLE_REPLY_TO } : { page: stop },
      ),
    },
    {
      way: 'digest',
      name: 'digest-to',
      title: 'Digest to',
      template: digestMail(campaign, target, SAMPLE_ENTRIES, sender, stop),
    },
  ] as const
  return mails
    .filter(({ way }) => target.ladder.includes(way))
    .map(({ name, title, template }) =>
      shownMail({
        name: `${name}-${target.id}`,
        title: `${title} ${role}`,
        template: { ...template, locale: letterLocale(campaign, target) },
      }),
    )
}

type MadeMail = { name: string; title: string; template: Template; values?: Values; warnings?: readonly string[] }

function shownMail({ name, title, template, values = {}, warnings = [] }: MadeMail): Shown {
  const { subject, html, text } = merge(template, values)
  const size = sizeFault(html) ?? sizeWarning(html)
  return {
    kind: 'mail',
    locale: template.locale,
    name,
    title,
    subject,
    files: { html: encoder.encode(html), txt: encoder.encode(text) },
    warnings: size === null ? warnings : [...warnings, size],
  }
}

const encoder = new TextEncoder()
