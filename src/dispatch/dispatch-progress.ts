import type { PauseReason } from '../delivery/pause-reason.ts'
import { requireSettings } from '../env.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { estimateSupporters } from '../supporter-list/count-supporters.ts'
import { mailSourceOf } from './campaign-mail.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import { paused, started } from './dispatch-state.ts'
import type { DispatchStorage } from './dispatch-storage.ts'
import type { MailSnapshot } from './lane/lane-task.ts'
import { lanesFor } from './lane/lanes.ts'
import { startBlockedBy } from './preconditions.ts'
import type { StatePropagation } from './state-propagation.ts'

/** A dispatch as its alarm works on it. */
type Progressing = { env: Env; kept: DispatchStorage; state: StatePropagation }

/** Does what the state asks for next: starts at its time, or begins lanes. Answers when to go on (epoch ms), null if not by alarm. */
export async function goOn(dispatch: Progressing): Promise<number | null> {
  const { kept, state } = dispatch
  await state.repeat()
  const { sendAt } = kept.request()
  switch (state.now().state) {
    case 'scheduled':
      if (sendAt > Date.now()) return sendAt
      await start(dispatch)
      return null
    case 'planning':
    case 'running':
      await beginLanes(dispatch)
      return null
    default:
      return null
  }
}

/** Fixes everything the lanes use, then lets them begin. */
async function start(dispatch: Progressing): Promise<void> {
  const { kept, state } = dispatch
  const prepared = await prepare(dispatch.env, kept.request())
  if (!prepared.ok) return void (await state.change((now, moment) => paused(now, moment, prepared.error)))
  if (state.now().state !== 'scheduled') return // paused or cancelled while this was being made
  const { mail, lanes } = prepared.value
  kept.saveSnapshot(mail)
  await state.apply((now, { dispatch }) => started(now, { dispatch, at: mail.startedAt }, lanes))
  await beginLanes(dispatch)
}

function beginLanes({ kept, state }: Progressing): Promise<void> {
  const locales = Object.keys(kept.startedMail().templates)
  return state.lanes().begin(kept.request(), state.now(), locales, state.isGoing)
}

/** Makes what a dispatch needs to start, or says why it may not start. Stores nothing but compiled templates. */
async function prepare(
  env: Env,
  request: DispatchRequest,
): Promise<Result<{ mail: MailSnapshot; lanes: number }, PauseReason>> {
  const settings = await requireSettings(env)
  const source = await mailSourceOf(env, request)
  if (!source.ok) return source
  const blocked = startBlockedBy(request, source.value, Date.now())
  if (blocked !== null) return err(blocked)
  const mail = await source.value.snapshot(env.CONTENT, settings, Date.now())
  return mail.ok ? ok({ mail: mail.value, lanes: lanesFor(await estimateSupporters(env.SUPPORTERS)) }) : mail
}

/** The current terms of its content, if a person may let a dispatch go on with them. */
export async function resumableTerms(
  env: Env,
  request: DispatchRequest,
  snapshotTerms: string | undefined,
): Promise<Result<string, PauseReason>> {
  const source = await mailSourceOf(env, request)
  if (!source.ok) return source
  const blocked = source.value.preconditions(Date.now(), snapshotTerms)
  return blocked === null ? ok(source.value.terms) : err(blocked)
}

/** Why a dispatch must stop because of what was published since a person accepted these terms; null if it need not. */
export async function republicationStops(
  env: Env,
  request: DispatchRequest,
  terms: string,
): Promise<PauseReason | null> {
  const source = await mailSourceOf(env, request)
  return source.ok ? source.value.changedSince(terms) : source.error
}
