import { closeSession, type Session, type Timeouts } from './session.ts'

/** Connections that are logged in and have nothing to do for the moment. They are said goodbye to after `idleMs`; with 0 at once. */
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
