import type { BatchAtGeneration } from '../delivery/batch.ts'
import { EVERYTHING_STOPPED, HELD_AFTER, type PauseReason } from '../delivery/pause-reason.ts'
import { retryTransports } from '../delivery/quota/transport-status.ts'
import { requireSettings } from '../env.ts'
import type { UncertainDecision } from '../events/domain-event.ts'
import { err, ok, type Result } from '../kit/result.ts'
import { dispatchRegistryOf, placesOf } from '../objects.ts'
import { templateOf } from '../renderer/template-of.ts'
import { estimateSupporters } from '../supporter-list/count-supporters.ts'
import { mailSourceOf } from './campaign-mail.ts'
import type { DeliverySample } from './complaints/complaint-limits.ts'
import { byLane } from './dispatch-lanes.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import * as transitions from './dispatch-state.ts'
import { laneReopened, paused, resumed, started } from './dispatch-state.ts'
import type { DispatchStorage } from './dispatch-storage.ts'
import { afterwards, dropWithdrawnText } from './ended/afterwards.ts'
import { type Hold, holdOf } from './lane/hold.ts'
import { dispatchPlace } from './lane/lane-place.ts'
import type { MailSnapshot } from './lane/lane-task.ts'
import { lanesFor } from './lane/lanes.ts'
import { startBlockedBy } from './mail-source.ts'
import { tellNews } from './news/tell-news.ts'
import type { DispatchActionResult, StatePropagation } from './state-propagation.ts'

/** Why a dispatch without text cannot be resumed. */
const TEXT_GONE =
  'its text named a person who may no longer be named and was deleted: cancel, and start a new dispatch with the current revision'

/** What the alarm and the resume of a dispatch work with. `publications`: of how many publications the dispatch was informed. */
export type Progressing = { env: Env; storage: DispatchStorage; state: StatePropagation; publications(): number }

/**
 * Does the next work of a dispatch: starts it at its time, begins its lanes, or deletes what it no longer needs after its end. Returns
 * when to call this again (epoch ms), or null if no alarm is needed.
 */
export async function advance(dispatch: Progressing): Promise<number | null> {
  await dispatch.state.repeat()
  const next = await goForward(dispatch)
  const again = dispatch.storage.hasBegun() ? await tellNews(dispatch) : null
  return again === null || next === null ? (again ?? next) : Math.min(again, next)
}

async function goForward(dispatch: Progressing): Promise<number | null> {
  const { storage, state } = dispatch
  const { sendAt } = storage.request()
  switch (state.now().state) {
    case 'scheduled':
      if (sendAt > Date.now()) return sendAt
      return start(dispatch)
    case 'planning':
    case 'running':
      if (storage.mustNotify()) return Date.now() // the state has changed during the notification
      await beginLanes(dispatch)
      return null
    case 'finished':
    case 'cancelled':
      return afterwards(dispatch)
    default:
      return null
  }
}

/** Stores the mail snapshot, then begins the lanes. Pauses the dispatch if it may not start. Returns when to try again, or null. */
async function start(dispatch: Progressing): Promise<number | null> {
  const { storage, state, publications } = dispatch
  const before = publications()
  const prepared = await prepare(dispatch.env, storage.request())
  const { sendAt } = storage.request()
  if (sendAt > Date.now()) return sendAt // rescheduled during the preparation
  if (state.now().state !== 'scheduled') return null // paused or cancelled during the preparation
  if (publications() !== before) return Date.now() // the prepared revision may be superseded
  if (!prepared.ok) {
    await state.change((now, moment) => paused(now, moment, prepared.error))
    return null
  }
  const { mail, lanes } = prepared.value
  const { id } = storage.request()
  await placesOf(dispatch.env).enter('dispatch', dispatchPlace(id, lanes))
  storage.saveSnapshot(mail)
  await state.apply((now, { dispatch }) => started(now, { dispatch, at: mail.startedAt }, lanes))
  // Lanes may plan only once the registry knows them: other dispatches of the appeal ask them who was planned.
  if (storage.mustNotify()) return Date.now()
  await beginLanes(dispatch)
  return null
}

function beginLanes({ storage, state }: Progressing): Promise<void> {
  const locales = Object.keys(storage.startedMail().templates)
  return state.lanes().begin(storage.request(), state.now(), locales, state.isActive)
}

/** The mail snapshot and number of lanes of a dispatch, or why it may not start. Stores nothing. */
async function prepare(
  env: Env,
  request: DispatchRequest,
): Promise<Result<{ mail: MailSnapshot; lanes: number }, PauseReason>> {
  const settings = await requireSettings(env)
  const source = await mailSourceOf(env, request)
  if (!source.ok) return source
  const blocked = startBlockedBy(request, source.value, Date.now())
  if (blocked !== null) return err(blocked)
  const mail = await source.value.snapshot((input) => templateOf(env, input), settings, Date.now())
  return mail.ok ? ok({ mail: mail.value, lanes: await lanesOf(env, request) }) : mail
}

/** How many lanes a dispatch needs. A practice reads nobody of the list. */
const lanesOf = async (env: Env, { practice }: DispatchRequest): Promise<number> =>
  practice ? 1 : lanesFor(await estimateSupporters(env.SUPPORTERS))

/** Resumes a dispatch for an organiser, unless everything that sends is stopped. */
export async function resume(dispatch: Progressing): Promise<DispatchActionResult> {
  if ((await dispatchRegistryOf(dispatch.env).stopped()) === null) return resumeNow(dispatch)
  return { ok: false, detail: EVERYTHING_STOPPED.detail }
}

/** Resumes a dispatch that the stop of everything has paused. Null if it has not. */
export async function goOn(dispatch: Progressing): Promise<DispatchActionResult | null> {
  const { storage, state } = dispatch
  if (!storage.hasBegun() || state.now().paused?.reason.kind !== EVERYTHING_STOPPED.kind) return null
  return resumeNow(dispatch)
}

/** Records that a lane has planned all its people. Returns how many of them it may hand over. */
export async function lanePlanned({ storage, state }: Progressing, lane: number): Promise<Hold> {
  await state.apply((now, moment) => transitions.lanePlanned(now, moment, lane))
  return holdOf(storage.request(), state.now(), lane, state.reports)
}

/** Gives a dispatch that has not begun another time (epoch ms). */
export async function reschedule({ storage, state }: Progressing, sendAt: number): Promise<DispatchActionResult> {
  const refusal = transitions.rescheduleRefusal(state.now())
  if (refusal !== null) return { ok: false, detail: refusal }
  storage.reschedule(sendAt)
  await state.repeat(false)
  await state.wake()
  return { ok: true }
}

/** Pauses a dispatch for a lane that cannot go on without an organiser. */
export async function laneStopped(dispatch: Progressing, reason: PauseReason): Promise<void> {
  const { env, state } = dispatch
  if (reason.kind === HELD_AFTER.kind && state.now().holdPassed === true) return // resumed meanwhile
  await state.change((now, moment) => paused(now, moment, reason))
  // The lane may have been stopped before everything went on: nobody else would resume this dispatch.
  if (reason.kind === EVERYTHING_STOPPED.kind && (await dispatchRegistryOf(env).stopped()) === null)
    await goOn(dispatch)
}

/** Resumes a dispatch with the current terms. A refused resume changes nothing. */
async function resumeNow({ env, storage, state }: Progressing): Promise<DispatchActionResult> {
  if (state.now().lanes > 0 && !storage.hasText()) return { ok: false, detail: TEXT_GONE }
  const terms = await resumableTerms(env, storage.request(), storage.snapshotTerms())
  const resumable = resumed(state.now(), state.moment())
  if (!resumable.ok) return { ok: false, detail: resumable.error }
  if (!terms.ok) return { ok: false, detail: terms.error.detail }
  if (!storage.request().practice) await retryTransports(env)
  const reports = await state.reports()
  const result = await state.change((now, moment) => {
    const change = resumed(now, moment) // decided again: the state may have changed meanwhile
    if (change.ok) {
      storage.acceptTerms(terms.value)
      storage.complaints.resetBaseline(reports)
    }
    return change
  })
  // Publications inform no paused dispatch, so one during the resume is found only here.
  const { stops } = await checkRepublication(env, storage)
  if (result.ok && stops !== null) await state.change((now, moment) => paused(now, moment, stops))
  await state.wake()
  return result
}

/** The current terms of a dispatch's content, or why an organiser may not resume it. */
async function resumableTerms(
  env: Env,
  request: DispatchRequest,
  snapshotTerms: string | undefined,
): Promise<Result<string, PauseReason>> {
  const source = await mailSourceOf(env, request)
  if (!source.ok) return source
  const blocked = source.value.preconditions(snapshotTerms)(Date.now())
  return blocked === null ? ok(source.value.terms) : err(blocked)
}

/** Whether a publication paused a dispatch. If not `complete`, the dispatch must be informed again. */
export type RepublicationResult = { paused: boolean; complete: boolean }

/** Pauses if the current revision changes the terms that an organiser accepted. A text with a withdrawn name is then deleted. */
export async function republished(dispatch: Progressing, expected: string | null): Promise<RepublicationResult> {
  const { env, storage, state } = dispatch
  const { revision, stops } = await checkRepublication(env, storage)
  const isPaused = stops !== null && (await state.change((now, moment) => paused(now, moment, stops))).ok
  if (isPaused) await dropWithdrawnText(dispatch)
  return { paused: isPaused, complete: revision === expected }
}

/** The current revision, null if the campaign is gone, and the reason to pause if it changes the terms that an organiser accepted. */
async function checkRepublication(
  env: Env,
  storage: DispatchStorage,
): Promise<{ revision: string | null; stops: PauseReason | null }> {
  const source = await mailSourceOf(env, storage.request())
  const terms = storage.acceptedTerms()
  if (!source.ok) return { revision: null, stops: terms === undefined ? null : source.error }
  return { revision: source.value.revision, stops: terms === undefined ? null : source.value.changedSince(terms) }
}

/** Applies a decision to uncertain batches in their lanes. Returns the ids of the batches that it applied to. */
export async function resolveUncertain(
  { storage, state }: Progressing,
  batches: readonly BatchAtGeneration[],
  decision: UncertainDecision,
): Promise<number[]> {
  const inLanes = async () => {
    const done: number[] = []
    for (const [lane, share] of byLane(batches, state.now().lanes)) {
      // Reopen first: a lane that sent before the reopening was stored could not be paused.
      if (decision === 'send-again') await state.apply((now, moment) => laneReopened(now, moment, lane))
      done.push(...(await state.lanes().resolve(lane, share, decision)))
    }
    return done
  }
  if (decision === 'send-again' && !storage.hasText()) return []
  const resolved = await (decision === 'count-as-not-sent' ? state.withNewSummary(inLanes) : inLanes())
  await state.wake() // a lane with nothing to send reports again that it has finished; an ended one stores its new counts
  return resolved
}

/** Takes a lane's new totals after bounces or complaints. Before a pause, the rates are checked with the totals of all lanes. */
export async function recordLaneSample(
  { storage, state }: Progressing,
  lane: number,
  sample: DeliverySample,
): Promise<void> {
  if (!storage.complaints.recordLane(lane, sample) || !state.isActive()) return
  const reason = storage.complaints.recordAll(await state.reports())
  if (reason !== null) await state.change((now, moment) => paused(now, moment, reason))
}
