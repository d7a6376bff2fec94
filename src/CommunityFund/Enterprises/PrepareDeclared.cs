using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>
/// An accountant writes the voucher of what a verified declaration owes: a dividend that was resolved (other receivables against
/// investment
/// income, or against the investment itself under the equity method), or what was sold or served. The bank's line only settles
/// it.
/// </summary>
/// <param name="BookedOn">The day the resolution or invoice is of.</param>
public sealed record PrepareDeclared(Guid Key, long Declaration, LocalDate BookedOn) : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(RegisterRoles.Keeping).For(await EnterpriseDeclaration.BookedIn(work, Declaration, ct));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Verified);
        EnterpriseTerm term = await row.TermOf(work, ct);
        Fund fund = await NatureOf.Fund(work, row.Nature, term, ct);
        Enterprise enterprise = await Enterprise.Of(work, row.EnterpriseId, ct);
        LocalDate day = await work.FirstOpenDay(BookedOn, ct);
        Chart chart = await work.ChartOn(day, ct);
        Account account = NatureOf.Account(chart, row.Nature, term.IsEquityMethod);
        Tags its = new(Counterparty: enterprise.PersonId, Enterprise: row.EnterpriseId);
        Restriction restriction = NatureOf.Restriction(row.Nature, term);
        JournalEntry entry = JournalEntry.On(day, VerifyDeclaration.Words(row))
            .Debit(NatureOf.Receivable(chart, row.Nature)!, fund.Code, Amount.Fen(row.DueUnits), its)
            .Credit(account, fund.Code, Amount.Fen(row.DueUnits), !account.NeedsRestriction ? its : its with
            {
                Restriction = restriction,
                Clause = restriction == Restriction.Restricted ? term.Clause : null,
            })
            .Balanced();
        row.VoucherId = await work.Prepare(new Draft(entry, Documents: await FiledDocument.Enclosed(work, row.FiledDocumentId,
            ct),
            Then: new DeclaredOwed(Declaration), Otherwise: new DeclaredDropped(Declaration),
                Undo: new DeclaredUndone(Declaration)), ct);
        row.State = DeclarationState.Prepared;
        return row.VoucherId.Value;
    }
}

/// <summary>The voucher of what is owed was posted: the bank's line is waited for.</summary>
[Consequence("declared-owed", 1)]
internal sealed record DeclaredOwed(long Declaration) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Prepared);
        row.ExpectationId = await VerifyDeclaration.Awaited(work, row, ct);
        row.State = DeclarationState.Due;
    }
}

/// <summary>That voucher was rejected or withdrawn.</summary>
[Consequence("declared-dropped", 1)]
internal sealed record DeclaredDropped(long Declaration) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Prepared);
        (row.State, row.VoucherId) = (DeclarationState.Verified, null);
    }
}

/// <summary>That voucher was reversed: nothing is owed by the books, and it may be written anew.</summary>
[Consequence("declared-undone", 1)]
internal sealed record DeclaredUndone(long Declaration) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Enterprises;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Due);
        await DeclaredExpectation.Close(work, row, ct);
        (row.State, row.VoucherId, row.ExpectationId) = (DeclarationState.Verified, null, null);
    }
}

/// <summary>The bank's line has brought it.</summary>
[Consequence("declared-came", 1)]
internal sealed record DeclaredCame(long Declaration) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    /// <summary>What was given freely is a gift like any other: it may have its receipt, its letter and its donor's page.</summary>
    internal override async Task Happen(Work work, CancellationToken ct)
    {
        EnterpriseDeclaration row = await EnterpriseDeclaration.Lock(
            work, Declaration, ct, DeclarationState.Due, DeclarationState.Received);
        row.State = DeclarationState.Received;
        if (row.Nature != IncomeNature.Gift)
        {
            return;
        }

        Voucher came = await (
            from awaited in work.Db.Set<Expectation>()
            join voucher in work.Db.Vouchers on new { awaited.BookId, Id = awaited.VoucherId }
                equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
            where awaited.BookId == work.Book && awaited.ExpectationId == row.ExpectationId
            select voucher).AsNoTracking().SingleAsync(ct);
        await GiftRegister.Enter(work, came.VoucherId, came.OccurredOn, GiftRegister.ByBank, isPosted: true, ct, row.EnterpriseId);
    }
}

/// <summary>The voucher of what came was reversed.</summary>
[Consequence("declared-gone", 1)]
internal sealed record DeclaredGone(long Declaration) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Enterprises;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await EnterpriseDeclaration.Lock(work, Declaration, ct, DeclarationState.Received)).State = DeclarationState.Due;
}

/// <summary>What is waited for no longer.</summary>
internal static class DeclaredExpectation
{
    /// <summary>A voucher meets it already.</summary>
    public const string Met = "enterprise.met-already";

    public static async Task Close(Work work, EnterpriseDeclaration row, CancellationToken ct)
    {
        Expectation awaited = await work.Db.Set<Expectation>()
            .SingleAsync(each => each.BookId == work.Book && each.ExpectationId == row.ExpectationId, ct);
        (awaited.ClosedBy, awaited.ClosedAt) = awaited.VoucherId is null ? (work.ActorId, work.Now)
            : throw new RefusedException(Met);
    }
}
