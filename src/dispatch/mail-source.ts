import type { PauseReason } from '../delivery/pause-reason.ts'
import type { TemplateInput } from '../emails/template/compile.ts'
import type { Template } from '../emails/template/template.ts'
import type { Settings } from '../env.ts'
import type { Result } from '../kit/result.ts'
import type { DispatchRequest } from './dispatch-request.ts'
import type { MailSnapshot } from './lane/lane-task.ts'

/** Compiles an e-mail: `templateOf`. @throws Error if it cannot be compiled. */
type CompileEmail = (input: TemplateInput) => Promise<Template>

/** Content that a dispatch can send, such as an e-mail of a campaign. A dispatch uses its content only through this type. */
export type MailSource = {
  /** The appeal (`appealKey`): a person gets it once. */
  id: string
  revision: string
  /** The languages in which the mail exists. */
  locales: readonly string[]
  /** The facts that an organiser accepts by starting or resuming a dispatch, as text that only the source reads. */
  terms: string
  /** Everything the lanes need, fixed at `now` (epoch ms), or the reason to pause instead. */
  snapshot(compile: CompileEmail, settings: Settings, now: number): Promise<Result<MailSnapshot, PauseReason>>
  /**
   * A function that returns why the content may not be sent at `now` (epoch ms), or null. With the terms of a snapshot: why the snapshot
   * may not be sent. The terms are read once, so that the function can be called before each mail.
   */
  preconditions(snapshotTerms?: string): (now: number) => PauseReason | null
  /** The reason to pause a dispatch whose organiser accepted these terms, if the terms have changed; else null. */
  changedSince(terms: string): PauseReason | null
  /** Why the source does not have the requested e-mail, or null. */
  missingPart(): MissingPart | null
}

/** An e-mail that the source does not have. */
export type MissingPart =
  | { kind: 'no-such-update'; email: DispatchRequest['email']; known: string[] }
  | { kind: 'unexpected-update-id' }

/** Why a dispatch may not start at `now` (epoch ms), or null. For a dry run only the revision is checked, since it sends nothing. */
export const startBlockedBy = (request: DispatchRequest, source: MailSource, now: number): PauseReason | null =>
  (request.dryRun ? null : source.preconditions()(now)) ?? otherRevision(request, source.revision)

/** The reason to pause if another revision is current: a dispatch only sends the revision that its organiser requested. */
function otherRevision(request: DispatchRequest, current: string): PauseReason | null {
  if (current === request.revision) return null
  const detail = `revision ${request.revision} was requested, but ${current} is current: cancel, and request the current revision`
  return { kind: 'revision-changed', detail }
}
