using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Why a payment deserves a second look; some of them the database refuses.</summary>
public enum PaymentFlag
{
    /// <summary>The payee has no account.</summary>
    NoAccount,

    /// <summary>Nobody else has looked at the account.</summary>
    Unchecked,

    /// <summary>The account took another's place within a day.</summary>
    Cooling,

    /// <summary>The name on the account is unlike the payee's.</summary>
    OtherName,

    /// <summary>The payee is owed the same amount twice within a quarter.</summary>
    SameAmount,

    /// <summary>The fund has less own cash than this asks for.</summary>
    FundShort,

    /// <summary>It failed before; the bank's reason is told.</summary>
    Failed,

    /// <summary>The account is no longer the payee's: another was named since it was approved.</summary>
    OtherAccount,

    /// <summary>The grant does not run, so that nothing of it is paid.</summary>
    Stopped,

    /// <summary>An advance of the same people is overdue.</summary>
    AdvanceOverdue,
}

/// <summary>Something to be paid.</summary>
/// <param name="Stops">Whether a flag keeps it from being paid now.</param>
public sealed record DeskItem(
    long Id, bool IsTransfer, string Code, string Title, Amount Amount, LocalDate DueOn, string Funds, IReadOnlyList<PaymentFlag> Flags,
    string BankSays, bool Stops)
{
    /// <summary>The tranche of a grant that it pays; its id is then of what is waited for.</summary>
    public long? Tranche { get; init; }

    /// <summary>The merchant whose month of redemptions it pays; its id is then of what is waited for.</summary>
    public long? Merchant { get; init; }

    /// <summary>Whether its id is of what is waited for.</summary>
    public bool IsAwaited => Tranche is not null || Merchant is not null;
}

/// <summary>What one payee is to get, together.</summary>
public sealed record DeskPayee(string Name, string Number, string BankName, Amount Amount, IReadOnlyList<DeskItem> Items);

/// <summary>A batch in a list.</summary>
public sealed record BatchItem(
    long Id, LocalDate PayOn, string Account, int Rows, Amount Total, BatchState State, int Waiting, int Succeeded, int Failed, int Paid);

/// <summary>One of our accounts that may pay.</summary>
public sealed record PayingAccount(int Id, string Number, string Bank);

/// <summary>The payment desk: what is owed and planned, by payee, and the batches.</summary>
public sealed record Desk(
    LocalDate Today, IReadOnlyList<DeskPayee> Payees, IReadOnlyList<BatchItem> Batches, IReadOnlyList<PayingAccount> Accounts,
    int ToApprove, int ToPrepare, bool MayMake);

/// <summary>What the payment desk shows (S-T6).</summary>
public sealed record PaymentDesk : Query<Desk>
{
    private const int ShownBatches = 50;

    internal override Need Needs => Need.Any(Paying.Readers).ForWholeBook();

    internal override async Task<Desk> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<OwnBankAccount> own = await OwnBankAccount.All(work, ct);
        DateTime ago = (work.Now - Duration.FromDays(90)).ToDateTimeUtc();
        List<Owed> owed = await work.Db.Database.SqlQuery<Owed>(
            $"""
            select d.debt_id as "Id", d.kind as "Kind", d.title as "Title", d.creditor_id as "Payee", d.due_on as "DueOn", x.units as "Units",
                   x.funds as "Funds", x.short as "IsShort", coalesce(f.bank_says, '') as "BankSays", f.bank_says is not null as "HasFailed",
                   exists (select 1 from debt o join debt_line ol on ol.book_id = o.book_id and ol.debt_id = o.debt_id and ol.version = o.version
                            where o.book_id = d.book_id and o.creditor_id = d.creditor_id and o.debt_id <> d.debt_id
                              and o.state in ('owed', 'paid') and o.submitted_at > {ago}
                            group by o.debt_id having sum(ol.units) = x.units) as "IsTwice"
              from debt d
              cross join lateral (select sum(l.units)::bigint as units, string_agg(distinct u.name, '、') as funds,
                                         bool_or(l.units > coalesce((select sum(p.net) from fund_position p join account a using (book_id, account_id)
                                                  where p.book_id = l.book_id and p.fund_id = l.fund_id and a.role = 'own-cash'), 0)) as short
                                    from debt_line l join fund u using (book_id, fund_id)
                                   where l.book_id = d.book_id and l.debt_id = d.debt_id and l.version = d.version) x
              left join lateral (select r.bank_says from payment_row r where r.book_id = d.book_id and r.debt_id = d.debt_id and r.state = 'failed'
                                  order by r.payment_batch_id desc limit 1) f on true
             where d.book_id = {work.Book} and d.state = 'owed'
               and not exists (select 1 from expectation e where e.book_id = d.book_id and e.expectation_id = d.expectation_id
                                  and e.voucher_id is not null)
               and not exists (select 1 from payment_row r where r.book_id = d.book_id and r.debt_id = d.debt_id
                                  and r.state in ('waiting', 'succeeded'))
             order by d.due_on, d.debt_id limit 500
            """).ToListAsync(ct);
        List<DeskPayee> payees = [
            .. await Payees(work, owed, ct), .. await DeskGrants.Of(work, ct), .. await DeskMerchants.Of(work, ct), .. await Transfers(work, own, ct),
        ];
        var counts = await work.Db.Set<Debt>().Where(row => row.BookId == work.Book).GroupBy(row => row.State)
            .Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(row => row.Key, row => row.Count, ct);
        return new Desk(
            work.Today, payees, await Batches(work, own, ct),
            [.. own.Select(account => new PayingAccount(account.Id, account.Number, account.Bank))],
            counts.GetValueOrDefault(DebtState.Submitted), counts.GetValueOrDefault(DebtState.Approved), work.Rights.ReachesAll(Paying.Making));
    }

    private static async Task<List<DeskPayee>> Payees(Work work, List<Owed> owed, CancellationToken ct)
    {
        long[] ids = [.. owed.Select(row => row.Payee).Distinct()];
        List<PayeeAccount> all = await work.Db.Set<PayeeAccount>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.PayeeId)).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, ids.Select(id => (long?)id).Concat(all.Select(row => (long?)row.HolderId)), ct);
        List<DeskPayee> payees = [];
        foreach (var group in owed.GroupBy(row => row.Payee))
        {
            PayeeAccount? account = all.SingleOrDefault(row => row.PayeeId == group.Key && row.EndedAt is null);
            List<PaymentFlag> shared = [];
            if (account is null)
            {
                shared.Add(PaymentFlag.NoAccount);
            }
            else
            {
                Add(shared, account.CheckedAt is null, PaymentFlag.Unchecked);
                Add(shared, PayeeList.Cools(work, all, account) is not null, PaymentFlag.Cooling);
                Add(shared, names[account.HolderId] != names[account.PayeeId], PaymentFlag.OtherName);
            }

            payees.Add(new DeskPayee(
                names[group.Key], Paying.Shown(work, account?.Number ?? ""), account?.BankName ?? "", Amount.Fen(group.Sum(row => row.Units)),
                [.. group.Select(row => Item(row, shared))]));
        }

        return payees;
    }

    private static DeskItem Item(Owed row, List<PaymentFlag> shared)
    {
        List<PaymentFlag> flags = [.. shared];
        Add(flags, row.IsTwice, PaymentFlag.SameAmount);
        Add(flags, row.IsShort, PaymentFlag.FundShort);
        Add(flags, row.HasFailed, PaymentFlag.Failed);
        return new DeskItem(row.Id, false, Debt.CodeOf(Codes.Parse<DebtKind>(row.Kind), row.Id), row.Title, Amount.Fen(row.Units),
            new LocalDate(row.DueOn.Year, row.DueOn.Month, row.DueOn.Day), row.Funds, flags, row.BankSays,
            flags.Any(flag => flag is PaymentFlag.NoAccount));
    }

    private static async Task<List<DeskPayee>> Transfers(Work work, IReadOnlyList<OwnBankAccount> own, CancellationToken ct)
    {
        List<OwnTransfer> planned = await work.Db.Set<OwnTransfer>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.State == OwnTransferState.Planned && !work.Db.Set<PaymentRow>().Any(paid =>
                paid.BookId == row.BookId && paid.OwnTransferId == row.OwnTransferId
                && (paid.State == PaymentState.Waiting || paid.State == PaymentState.Succeeded))
                && !work.Db.Set<Expectation>().Any(side => side.BookId == row.BookId && side.VoucherId != null
                    && (side.ExpectationId == row.OutExpectation || side.ExpectationId == row.InExpectation)))
            .OrderBy(row => row.MoveOn).ThenBy(row => row.OwnTransferId).ToListAsync(ct);
        return
        [
            .. planned.GroupBy(row => row.ToAccount).Select(group => (group, to: own.Single(account => account.Id == group.Key)))
                .Select(row => new DeskPayee("", row.to.Number, row.to.Bank, Amount.Fen(row.group.Sum(transfer => transfer.Units)),
                [
                    .. row.group.Select(transfer => new DeskItem(
                        transfer.OwnTransferId, true, $"ZZ{transfer.OwnTransferId}", transfer.Reason, Amount.Fen(transfer.Units),
                        transfer.MoveOn, own.Single(account => account.Id == transfer.FromAccount).Number, [], "", false)),
                ])),
        ];
    }

    private static async Task<List<BatchItem>> Batches(Work work, IReadOnlyList<OwnBankAccount> own, CancellationToken ct)
    {
        List<PaymentBatch> rows = await work.Db.Set<PaymentBatch>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.PaymentBatchId).Take(ShownBatches).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.PaymentBatchId)];
        var states = (await work.Db.Set<PaymentRow>().AsNoTracking().Where(row => row.BookId == work.Book && ids.Contains(row.PaymentBatchId))
            .GroupBy(row => new { row.PaymentBatchId, row.State }).Select(group => new { group.Key, Count = group.Count() }).ToListAsync(ct))
            .ToDictionary(group => (group.Key.PaymentBatchId, group.Key.State), group => group.Count);
        return
        [
            .. rows.Select(row => new BatchItem(row.PaymentBatchId, row.PayOn, own.Single(account => account.Id == row.BankAccountId).Number,
                row.RowCount, Amount.Fen(row.Total), row.State, Of(row, PaymentState.Waiting), Of(row, PaymentState.Succeeded),
                Of(row, PaymentState.Failed), Of(row, PaymentState.Paid))),
        ];

        int Of(PaymentBatch row, PaymentState state) => states.GetValueOrDefault((row.PaymentBatchId, state));
    }

    private static void Add(List<PaymentFlag> flags, bool isSo, PaymentFlag flag)
    {
        if (isSo)
        {
            flags.Add(flag);
        }
    }

    private sealed record Owed(
        long Id, string Kind, string Title, long Payee, DateOnly DueOn, long Units, string Funds, bool IsShort, string BankSays, bool HasFailed,
        bool IsTwice);
}
