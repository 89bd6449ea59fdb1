import type { Campaign } from '../campaigns/campaign.ts'
import { findMentionable } from '../campaigns/catalogue.ts'
import { currentCampaign } from '../campaigns/current-campaign.ts'
import type { AcquireRequest } from '../delivery/quota/account-quota.ts'
import { StartPermit } from '../delivery/quota/start-permit.ts'
import { languageOf, queuedHeaders, unsubscribeHeaders } from '../emails/headers.ts'
import { BULK_EMAILS } from '../emails/message.ts'
import { messageId } from '../emails/message-id.ts'
import { senderOf } from '../emails/sender.ts'
import type { Template } from '../emails/template/template.ts'
import type { Settings } from '../env.ts'
import { defined } from '../kit/defined.ts'
import { senderQuotaOf } from '../objects.ts'
import { absolute, paths } from '../paths.ts'
import { templateOf } from '../renderer/template-of.ts'
import { mailboxOf, normaliseAddress } from '../security/address.ts'
import { noMoreToken } from '../security/no-more.ts'
import { mayDeliver } from '../transports/reserved-domains.ts'
import { selectTransport } from '../transports/select-transport.ts'
import { limitsOf, type Outcome, type Transport } from '../transports/transport.ts'
import { isOfMany, quotaUseOf, type TransactionalMail } from './transactional-mail.ts'
import { isConfirmation } from './unwanted-mail.ts'

/** The sender quota has no turn soon: try again after `waitMs`. `isStopped`: everything that sends is stopped. */
type Postponed = { kind: 'not-yet'; waitMs: number; isStopped: boolean }

/**
 * One try. `queueId` stands for the mailbox, `place` for the mail, and `generation` changes the idempotency key. With `isDecoy` everything
 * is done but the call to the provider, so that the work tells nothing about the reader.
 */
type DeliveryTry = { queueId: string; place: string; generation: number; date: number; isDecoy: boolean }

/** Sends a mail when the sender quota permits it. `date` in epoch ms. */
export async function deliverMail(
  env: Env,
  settings: Settings,
  { test, unsubscribe, ...mail }: TransactionalMail,
  { queueId, place, generation, date, isDecoy }: DeliveryTry,
): Promise<Outcome | Postponed> {
  const use = test === undefined ? 'transactional' : 'bulk'
  const transport = selectTransport(settings, env, use)
  if (!mayDeliver(transport, mail.to.address)) {
    return { kind: 'refused', permanent: true, reason: 'reserved-address' }
  }
  const ofMany = isOfMany(mail)
  const request = { who: queueId, people: isDecoy ? 0 : 1, use: quotaUseOf(mail), ...(ofMany && { ofMany }) }
  const permit = await acquire(env, transport, request)
  if (permit.kind === 'not-yet') return permit
  const campaign = await mentionedCampaign(env, mail.campaign, test !== undefined)
  const sender = senderOf(settings)
  const template = await templateOf(env, {
    email: mail.email,
    locale: mail.locale,
    sender,
    ...(campaign && { campaign }),
    ...defined({ updateId: mail.updateId, importedOn: mail.importedOn }),
  })
  const replyTo = await replyToOf(env, settings, mail, campaign)
  const stop = test?.unsubscribe ?? unsubscribe
  const { name, address } = mail.to
  const call = await transport.compose({
    template: { ...template, subject: subjectOf(template, { test, own: mail.subject }) },
    recipients: [
      {
        to: name === undefined ? { address } : { name, address },
        values: mail.values,
        headers: stop === undefined ? {} : unsubscribeHeaders(stop),
        messageId: messageId(mail.email, place, new URL(settings.publicUrl).hostname),
      },
    ],
    from: { name: settings.senderName, address: settings.senderAddress },
    ...(replyTo !== undefined && { replyTo: { address: replyTo } }),
    ...defined({ campaign: mail.campaign }),
    headers: { ...queuedHeaders(mail.email, sender, mail.campaign), ...languageOf(template) },
    date,
  })
  if (isDecoy) return { kind: 'accepted' }
  if (ofMany && !(await permit.start.mayBegin())) return { kind: 'not-yet', waitMs: 0, isStopped: true }
  const answer = await transport.send(call, `tocsin/letter/${place}/${generation}`)
  const [outcome] = [answer].flat()
  if (outcome?.kind === 'refused' && outcome.reason === 'rate-limited') {
    const forSeconds = outcome.retryAfterSeconds
    await senderQuotaOf(env, transport.name).report([{ kind: 'slow-down', ...defined({ forSeconds }) }])
  }
  return outcome ?? { kind: 'unknown', reason: 'the provider returned no result' }
}

/** The subject of a mail: its own or the template's, marked if it is a test. */
const subjectOf = (
  template: Template,
  { test, own }: { test: TransactionalMail['test']; own: string | undefined },
): Template['subject'] => {
  const subject = own === undefined ? template.subject : [own]
  return test === undefined ? subject : [`[${test.mark ?? 'Test'}] `, ...subject]
}

/**
 * A confirmation with its link “no more such mails”; other mails unchanged. Each try of a mail has the same link. A goodbye that was queued
 * before it had a link back gets the sign-up page.
 */
export async function withLinks(
  { keys, fingerprint, publicUrl }: Settings,
  mail: TransactionalMail,
  { place, queuedAt }: Pick<DeliveryTry, 'place'> & { queuedAt: number },
): Promise<TransactionalMail> {
  if (mail.email === 'goodbye')
    return { ...mail, values: { back: absolute(publicUrl, paths.signUp(mail.locale)), ...mail.values } }
  const address = normaliseAddress(mail.to.address)
  if (!isConfirmation(mail) || !address.ok) return mail
  const mailbox = await fingerprint(mailboxOf(address.value))
  const token = await noMoreToken(keys, { mailbox, locale: mail.locale }, place, queuedAt)
  return { ...mail, values: { ...mail.values, noMore: absolute(publicUrl, paths.noMore(token)) } }
}

/** The campaign that a mail mentions. A test mail reads the current revision; others read KV, which may be a minute behind. */
async function mentionedCampaign(env: Env, slug: string | undefined, test: boolean): Promise<Campaign | null> {
  if (slug === undefined) return null
  return test ? currentCampaign(env, slug) : findMentionable(env.CONTENT, slug, Date.now())
}

/**
 * The address for answers: the campaign's own for its appeals and updates, and for the welcome after a sign-up on its page; else the
 * deployment's. A campaign that may not be mentioned any more gets no answers.
 */
async function replyToOf(
  env: Env,
  settings: Settings,
  { email, answersTo }: Pick<TransactionalMail, 'email' | 'answersTo'>,
  mentioned: Campaign | null,
): Promise<string | undefined> {
  const own = BULK_EMAILS.some((bulk) => bulk === email) ? mentioned : null
  const joined = answersTo === undefined ? null : await findMentionable(env.CONTENT, answersTo, Date.now())
  return (own ?? joined)?.replyTo ?? settings.replyTo
}

/** Waits for the sender quota, which prefers transactional mail. */
async function acquire(
  env: Env,
  transport: Transport,
  request: Pick<AcquireRequest, 'who' | 'people' | 'use' | 'ofMany'>,
): Promise<Postponed | { kind: 'permit'; start: StartPermit }> {
  const quota = senderQuotaOf(env, transport.name)
  const askedAt = Date.now()
  const permit = await quota.acquire({ limits: limitsOf(transport), ...request })
  if (!permit.go)
    return { kind: 'not-yet', waitMs: Math.max(0, permit.until - Date.now()), isStopped: permit.why === 'stopped' }
  const start = new StartPermit(quota)
  start.granted(askedAt, permit.waitMs)
  if (permit.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, permit.waitMs))
  return { kind: 'permit', start }
}
