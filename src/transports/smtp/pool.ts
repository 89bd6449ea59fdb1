import { closeSession, type Session, type Timeouts } from './session.ts'

/** Idle, logged-in connections. Each is closed after `idleMs`, at once if 0. */
export class SessionPool {
  readonly #idle = new Map<Session, ReturnType<typeof setTimeout>>()
  readonly #idleMs: number
  readonly #timeouts: Timeouts

  constructor(idleMs: number, timeouts: Timeouts) {
    this.#idleMs = idleMs
    this.#timeouts = timeouts
  }

  take(): Session | null {
    const [found] = this.#idle
    if (found === undefined) return null
    const [session, timer] = found
    clearTimeout(timer)
    this.#idle.delete(session)
    return session
  }

  async put(session: Session): Promise<void> {
    if (this.#idleMs === 0) return closeSession(session, this.#timeouts)
    const timer = setTimeout(() => {
      this.#idle.delete(session)
      void closeSession(session, this.#timeouts)
    }, this.#idleMs)
    this.#idle.set(session, timer)
  }
}
