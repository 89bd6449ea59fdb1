import * as z from 'zod'
import { mailbox } from '../../emails/message.ts'
import type { Template } from '../../emails/template/template.ts'
import { ACTIVE_PHASES, type DispatchPhase, dispatchRequestSchema } from '../dispatch-request.ts'

/** Everything about a dispatch that stays as it was when it started, so that a retry gives the same bytes (I7). */
export type MailSnapshot = z.infer<typeof mailSnapshotSchema> & { templates: Record<string, Template> }

/** The same without the templates, each of which is kept by itself. */
export const mailSnapshotSchema = z.object({
  terms: z.string(), // `MailSource.terms` when it was made
  from: mailbox,
  replyTo: mailbox.exactOptional(),
  headers: z.record(z.string(), z.string()),
  publicUrl: z.string(),
  keyId: z.string(), // seals the opt-out links
  startedAt: z.number(),
})

/** What a lane is told when it begins. */
export const laneTaskSchema = z.object({
  request: dispatchRequestSchema,
  index: z.int(),
  lanes: z.int(),
  prefixes: z.array(z.string()), // of its share of the supporters, in the order of keys
  locales: z.array(z.string()),
  maxBatch: z.int(),
})
export type LaneTask = z.infer<typeof laneTaskSchema>

/** What a lane may do at present. */
export const laneControlSchema = z.enum(['run', 'pause', 'cancel'])
export type LaneControl = z.infer<typeof laneControlSchema>

/** What its lanes may do while a dispatch is in this state; null while it has none. */
export const controlFor = (state: DispatchPhase): LaneControl | null =>
  state === 'paused' ? 'pause' : state === 'cancelled' ? 'cancel' : ACTIVE_PHASES.has(state) ? 'run' : null
