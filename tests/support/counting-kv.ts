import { MemoryKv, namespaceOf } from './memory-kv.ts'

/** Workers KV in memory that counts operations by name, and refuses writes while `refuses` is true. */
export class CountingKv extends MemoryKv {
  readonly operations: string[] = []
  refuses = false

  get namespace(): KVNamespace {
    return namespaceOf(this)
  }

  /** The operations since the last call. */
  take(): string[] {
    return this.operations.splice(0)
  }

  override async get(key: string | string[]) {
    this.operations.push(`get ${key}`)
    return super.get(key)
  }

  override async put(...entry: Parameters<MemoryKv['put']>) {
    this.operations.push(`put ${entry[0]}`)
    if (this.refuses) throw new Error('KV PUT failed: 429 Too Many Requests')
    return super.put(...entry)
  }

  override async delete(key: string) {
    this.operations.push(`delete ${key}`)
    if (this.refuses) throw new Error('KV DELETE failed: 429 Too Many Requests')
    return super.delete(key)
  }

  override async list(...options: Parameters<MemoryKv['list']>) {
    this.operations.push('list')
    return super.list(...options)
  }
}
