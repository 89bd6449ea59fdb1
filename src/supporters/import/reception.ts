import { requireSettings } from '../../env.ts'
import { HOUR_MS } from '../../kit/durations.ts'
import { errorMessage } from '../../kit/result.ts'
import { UnreadableFile } from './refusals.ts'
import type { ImportStore } from './state.ts'
import { type ImportRequest, type ImportStatus, newImport, toView, type UploadReceipt } from './status.ts'
import { hashOf, readPart, readToEnd } from './upload.ts'
import type { ImportWork } from './work.ts'

/** Milliseconds without a byte, or between two parts, after which an upload is abandoned and its staged rows are deleted. */
const UPLOAD_WITHIN_MS = HOUR_MS
const OVERTAKEN = 'overtaken by a later upload'

/** An uploaded part. Without `more` it is the last. */
type UploadedBody = { part: number; more: boolean; body: ReadableStream<Uint8Array> }

/** What the reception needs of its Durable Object. */
type ReceptionHost = {
  env: Env
  /** Enters the list of places. Called before anything is stored. */
  enter(id: string): Promise<void>
  createSchema(): void
  /** Sets the alarm that many milliseconds from now. */
  wakeIn(waitMs: number): Promise<void>
  /** Writes the import's state to the transfer log. */
  recordState(): Promise<void>
}

/** Why a part that was not received before cannot be received now; null if it is the next one. */
function uploadRefusal(known: ImportStatus | undefined, part: number): UploadReceipt | null {
  const received = known?.parts.length ?? 0
  const mayBeginAgain = known?.state === 'abandoned' && received === 0
  if (known !== undefined && known.state !== 'receiving' && !mayBeginAgain) return { kind: 'closed' }
  return part === received + 1 ? null : { kind: 'out-of-order', expected: received + 1 }
}

/** Receives the parts of a list. A repeated upload replaces one that hangs. */
export class Reception {
  readonly #state: ImportStore
  readonly #work: ImportWork
  readonly #host: ReceptionHost
  #attempt = 0 // number of the current upload
  #lastUploadAt = 0

  constructor(state: ImportStore, work: ImportWork, host: ReceptionHost) {
    this.#state = state
    this.#work = work
    this.#host = host
  }

  /** Stages a part, or only compares it if it was received before. The import begins after the last part. */
  async receive(request: ImportRequest, upload: UploadedBody): Promise<UploadReceipt> {
    const { part, more, body } = upload
    if (this.#state.status === undefined && part === 1) await this.#host.enter(request.id)
    const known = this.#state.status
    const taken = known?.parts[part - 1]
    if (known !== undefined && taken !== undefined)
      return (await hashOf(body)) === taken.hash ? { kind: 'replayed', view: toView(known) } : { kind: 'other-body' }
    const refusal = uploadRefusal(known, part)
    if (refusal !== null) return refusal

    const attempt = ++this.#attempt
    this.#lastUploadAt = Date.now()
    const status = known === undefined || known.parts.length === 0 ? newImport(request) : known
    this.#host.createSchema()
    this.#state.dropPart(part, status)
    await this.#host.wakeIn(UPLOAD_WITHIN_MS)
    await this.#host.recordState()
    try {
      await this.#read(status, upload, attempt)
    } catch (error) {
      if (attempt !== this.#attempt) return { kind: 'overtaken' }
      const receipt = await this.#giveUp(status, part, error)
      await readToEnd(body)
      return receipt
    }
    await this.#host.wakeIn(more ? UPLOAD_WITHIN_MS : 0)
    await this.#host.recordState()
    return { kind: 'received', view: toView(this.#state.status ?? status) }
  }

  async #read(status: ImportStatus, { part, more, body }: UploadedBody, attempt: number): Promise<void> {
    const { keys, locales } = await requireSettings(this.#host.env)
    const received = await readPart(body, {
      status,
      part,
      locales,
      keys,
      now: Date.now(),
      store: ({ staged, refused }) => {
        if (attempt !== this.#attempt) throw new Error(OVERTAKEN)
        this.#lastUploadAt = Date.now()
        this.#state.stage(part, staged, refused)
      },
    })
    if (attempt !== this.#attempt) throw new Error(OVERTAKEN)
    const { counts } = status
    this.#state.store({
      ...status,
      state: more ? 'receiving' : 'importing',
      parts: [...status.parts, received.part],
      counts: { ...counts, people: counts.people + received.people, refused: counts.refused + received.refused },
      ignored: received.ignored,
      unspoken: status.unspoken + received.unspoken,
      unnamed: status.unnamed + received.unnamed,
    })
  }

  /** Discards a part that is incomplete or unreadable. An import without other parts is abandoned. */
  async #giveUp(status: ImportStatus, part: number, error: unknown): Promise<UploadReceipt> {
    const unreadable = error instanceof UnreadableFile
    if (!unreadable) console.warn('import', status.id, errorMessage(error))
    const message = unreadable
      ? error.message
      : 'The upload broke off before its end: send this part again. Nothing of it was imported.'
    this.#state.dropPart(part, { ...status, problem: message })
    if (status.parts.length === 0) this.#work.end({ ...status, problem: message }, 'abandoned')
    else await this.#host.wakeIn(UPLOAD_WITHIN_MS)
    await this.#host.recordState()
    return { kind: unreadable ? 'unreadable' : 'broken-off', message }
  }

  /** Stops a running upload: it stores nothing more. */
  stop(): void {
    this.#attempt++
  }

  /** Abandons an upload that has been silent too long; otherwise waits on. */
  async checkTimeout(status: ImportStatus): Promise<void> {
    const silentMs = Date.now() - this.#lastUploadAt
    if (silentMs < UPLOAD_WITHIN_MS) {
      await this.#host.wakeIn(UPLOAD_WITHIN_MS - silentMs)
      return
    }
    this.stop()
    const problem = 'The upload was not completed within an hour. Nothing was imported.'
    this.#work.end({ ...status, problem }, 'abandoned')
  }
}
