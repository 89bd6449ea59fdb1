import { raiseNotice } from '../../notices/raise-notice.ts'
import type { Database } from '../../storage/database.ts'
import type { DispatchIndex } from '../dispatch-index.ts'
import { type GoOnResult, type StopResult, spreadGoOn, spreadStop } from './spread-stop.ts'
import { type Stopped, StopSwitch } from './stop-switch.ts'

/** Stops everything that sends, and lets it go on. The switch is stored before anything is told, so a crash leaves nothing half stopped. */
export class EverythingStop {
  readonly #env: Env
  readonly #index: DispatchIndex
  readonly #switch: StopSwitch

  constructor(env: Env, db: Database, index: DispatchIndex) {
    this.#env = env
    this.#index = index
    this.#switch = new StopSwitch(db)
  }

  stopped = (): Stopped | null => this.#switch.stopped()

  /** Stops all. Resolves when no call begins later than two seconds from now. */
  async stop(by: string): Promise<StopResult & { stopped: Stopped }> {
    const now = { at: Date.now(), by }
    this.#switch.turn(now)
    const result = await spreadStop(this.#spreading())
    await raiseNotice(this.#env, { kind: 'everything-stopped', subject: 'sending', detail: `by ${by}` })
    return { ...result, stopped: this.stopped() ?? now }
  }

  /** Lets all go on. A repeated call resumes what an earlier one could not. */
  goOn(): Promise<GoOnResult> {
    this.#switch.turn(null)
    return spreadGoOn(this.#spreading())
  }

  /** Tells all again, if a crash or a failure kept some from knowing. Called by cron. */
  async repeat(): Promise<void> {
    if (this.#switch.isSpread()) return
    await (this.stopped() === null ? spreadGoOn(this.#spreading()) : spreadStop(this.#spreading()))
  }

  #spreading() {
    const [env, stop, index] = [this.#env, this.#switch, this.#index]
    return { env, stop, active: () => index.active(), paused: () => index.paused() }
  }
}
