import * as z from 'zod'
import {
  type Campaign,
  campaign as campaignSchema,
  datedSections,
  isDated,
  localesOfMail,
  mailBlockedBy,
  wordsIn,
} from '../campaigns/campaign.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import { isNameWithdrawn } from '../campaigns/withdrawn-names.ts'
import type { PauseReason } from '../delivery/pause-reason.ts'
import { senderOf } from '../emails/sender.ts'
import { FALLBACK_LOCALE } from '../kit/locales.ts'
import { parseJson } from '../kit/parse-json.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { appealKey, type DispatchRequest } from './dispatch-request.ts'
import type { MailSource, MissingPart } from './mail-source.ts'
import { createMailSnapshot } from './snapshot.ts'

/** Names an e-mail of a campaign: the appeal, or one of its updates or corrections. */
type CampaignEmail = { email: DispatchRequest['email']; updateId?: string | undefined }

/** Why an e-mail of a campaign may not be sent, as sentences for organisers. */
const SENTENCES = {
  draft: 'the campaign is a draft: set its status to open',
  closed: 'the campaign is closed or won, and an appeal asks people to act: send an update instead',
  expired: 'the campaign is past its doNotUseAfter: publish a later date to send it',
  'naming-expired': 'a named person’s agreement has ended: renew the agreement and publish, then start a new dispatch',
} as const

const NAME_WITHDRAWN: PauseReason = {
  kind: 'name-withdrawn',
  detail:
    'a person may no longer be named as this text names them: cancel, and start a new dispatch with the current revision',
}

const GONE: PauseReason = { kind: 'gone', detail: 'the campaign is no longer published' }

/** The current content of a dispatch, or the reason to pause if its campaign is not published. Never reads a cached revision. */
export async function mailSourceOf(env: Env, request: DispatchRequest): Promise<Result<MailSource, PauseReason>> {
  const campaign = await currentCampaign(env, request.campaign)
  return campaign === null ? err(GONE) : ok(campaignMail(campaign, request))
}

/** An e-mail of a campaign as the mail source of a dispatch. */
export function campaignMail(campaign: Campaign, mail: CampaignEmail): MailSource {
  const locales = localesOfMail(campaign, mail.email, mail.updateId)
  const terms = termsOf(campaign)
  return {
    id: appealKey({ campaign: campaign.slug, ...mail }),
    revision: campaign.revision,
    locales,
    terms,
    async snapshot(compileEmail, settings, now) {
      const part = mail.updateId === undefined ? {} : { updateId: mail.updateId }
      const input = { email: mail.email, ...part, campaign, sender: senderOf(settings) }
      const compile = (locale: string) => compileEmail({ ...input, locale })
      const name = { campaign: campaign.slug, email: mail.email }
      const { replyTo } = campaign
      return createMailSnapshot(settings, { name, locales, compile, terms, replyTo }, now)
    },
    preconditions(snapshotTerms) {
      if (snapshotTerms !== undefined && isNameWithdrawn(peopleOfTerms.parse(parseJson(snapshotTerms)), campaign))
        return () => NAME_WITHDRAWN
      return (now) => {
        const kind = mailBlockedBy(campaign, mail.email, now)
        return kind === null ? null : { kind, detail: SENTENCES[kind] }
      }
    },
    changedSince(before) {
      if (before === terms) return null
      const detail = `revision ${campaign.revision} changes the status, the last day of use or who may be named`
      return { kind: 'campaign-changed', detail }
    },
    missingPart: () => missingSection(campaign, mail),
  }
}

/** Why the requested update or correction does not exist; null if it exists or none was requested. */
function missingSection(campaign: Campaign, { email, updateId }: CampaignEmail): MissingPart | null {
  if (!isDated(email)) return updateId === undefined ? null : { kind: 'unexpected-update-id' }
  const known = datedSections(wordsIn(campaign, FALLBACK_LOCALE), email).map(({ id }) => id)
  return updateId !== undefined && known.includes(updateId) ? null : { kind: 'no-such-update', email, known }
}

/** The parts of a campaign whose change pauses a dispatch, as JSON. Events are included: no mail may invite people to a cancelled one. */
const termsOf = ({ status, doNotUseAfter, people, events }: Campaign): string =>
  JSON.stringify({ status, doNotUseAfter, people, events })

const peopleOfTerms = z.object({ people: campaignSchema.shape.people })
