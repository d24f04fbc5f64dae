import type { ReactNode } from 'react'
import { AccountHead } from '@/components/console/account-head'
import { findStaffAccount } from '@/lib/http/require-staff'

type Props = Readonly<{ params: Promise<{ accountId: string }>; children: ReactNode }>

export default async function AccountLayout({ params, children }: Props) {
  return (
    <>
      <AccountHead account={await findStaffAccount(params)} />
      {children}
    </>
  )
}
