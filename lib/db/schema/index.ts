export * from './identity'
export * from './ledger'
export * from './numbers'
export * from './payments'
