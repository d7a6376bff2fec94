using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>
/// The voucher of a changed purpose stays inside the fund: restricted net assets are taken from the old gifts and come back as one new lot
/// for each, under the new words. No form shows it, for the money is as restricted as before; every trace follows it.
/// </summary>
internal static class PurposeVoucher
{
    private const int NarrativeWords = 120;

    public static async Task<long> Prepare(
        Work work, PurposeChange change, IReadOnlyList<ConsentedPart> parts, IReadOnlyList<Enclosure>? documents,
            CancellationToken ct)
    {
        LocalDate day = await work.FirstOpenDay(work.Today, ct);
        Chart chart = await work.ChartOn(day, ct);
        Fund fund = await work.FundById(change.FundId, ct);
        List<PurposeChangeClause> clauses = await ClausesOf(work, change.PurposeChangeId, ct);
        string words = string.Join('；', clauses.Select(clause => clause.Words));
        long[] kept = await work.Db.Database
            .SqlQuery<long>($"select purpose_kept({work.Book}, {change.PurposeChangeId}) as \"Value\"").ToArrayAsync(ct);
        Account netAssets = chart[Account.Keys.RestrictedNetAssets];
        Tags moved = new(Restriction.Restricted, Movement: MovementKind.Transfer);
        EntryDraft draft = JournalEntry.On(day, string.Create(CultureInfo.InvariantCulture,
                $"变更捐赠用途 {fund.Code} 第 {change.PurposeChangeId} 号：{(words.Length > NarrativeWords ? words[..NarrativeWords] + "…" : words)}"))
            .Debit(netAssets, fund.Code, Amount.Fen(parts.Sum(part => part.Units)), moved);
        foreach (ConsentedPart part in parts)
        {
            draft.Credit(netAssets, fund.Code, Amount.Fen(part.Units), moved with { Counterparty = part.Party, Clause = words });
        }

        change.VoucherId = await work.Prepare(
            new Draft(draft.Balanced(), Documents: documents, Then: new PostPurposeChange(change.PurposeChangeId),
                Otherwise: new ReopenPurposeChange(change.PurposeChangeId), Undo: new UndoPurposeChange(change.PurposeChangeId),
                Clauses: [.. clauses.Select(clause => clause.FundClauseId!.Value), .. kept],
                Lots: [.. parts.Select(part => new LotDraw(part.Lot, Amount.Fen(part.Units), Spends: false))]), ct);
        change.State = PurposeChangeState.Prepared;
        await work.Db.SaveChangesAsync(ct);
        return change.VoucherId.Value;
    }

    /// <summary>The new words, purpose first.</summary>
    internal static async Task<List<PurposeChangeClause>> ClausesOf(Work work, long change, CancellationToken ct) =>
        [.. (await work.Db.Set<PurposeChangeClause>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.PurposeChangeId == change)
            .ToListAsync(ct)).OrderBy(row => row.Kind)];
}

/// <summary>The voucher of the case was posted.</summary>
[Consequence("post-purpose-change", 1)]
internal sealed record PostPurposeChange(long Change) : Consequence
{
    /// <summary>Who opened the case does not approve its voucher (rulings 21).</summary>
    public const string OwnReview = "purpose.own-review";

    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Prepared);
        change.State = change.OpenedBy != work.Actor ? PurposeChangeState.Posted : throw new RefusedException(OwnReview);
    }
}

/// <summary>The voucher of the case was rejected or withdrawn: it is still agreed, and may be written anew.</summary>
[Consequence("reopen-purpose-change", 1)]
internal sealed record ReopenPurposeChange(long Change) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        PurposeChange change = await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Prepared);
        (change.State, change.VoucherId) = (PurposeChangeState.Agreed, null);
    }
}

/// <summary>The voucher of the case was reversed in red: the gifts are what they were.</summary>
[Consequence("undo-purpose-change", 1)]
internal sealed record UndoPurposeChange(long Change) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct) =>
        (await PurposeChange.Lock(work, Change, ct, PurposeChangeState.Posted)).State = PurposeChangeState.Reversed;
}
