import { expect, test } from 'vitest'
import { errorMessage } from '../../src/kit/result.ts'

test('the message of an Error, and anything else as text', () => {
  expect(errorMessage(new TypeError('it is gone'))).toBe('it is gone')
  expect(errorMessage('gone')).toBe('gone')
  expect(errorMessage(undefined)).toBe('undefined')
})
