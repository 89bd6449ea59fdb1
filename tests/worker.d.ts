/** The type of `exports` of `cloudflare:workers` in the tests that run in workerd. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('../src/worker.ts')
  }
}

/** The text of a file, imported through Vite's `?raw`. */
declare module '*?raw' {
  const text: string
  export default text
}

/** The part of this untyped package that the tests use. */
declare module 'sns-validator' {
  export default class MessageValidator {
    validate(message: object, done: (error: Error | null) => void): void
  }
}
