using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>A case as the list shows it.</summary>
public sealed record PurposeChangeRow(
    long Id, int FundId, string Fund, string Words, PurposeBasis Basis, int Gifts, int Heard, PurposeChangeState State,
        Signature Opened)
{
    /// <summary>Whether somebody still has to do something.</summary>
    public bool IsOpen => State is PurposeChangeState.Open or PurposeChangeState.Agreed or PurposeChangeState.Prepared;
}

/// <summary>Cases of changed purposes of the funds that the person's role reaches: those that wait before those that are done.</summary>
public sealed record PurposeChangeList(int? Fund = null) : Query<IReadOnlyList<PurposeChangeRow>>
{
    /// <summary>At most so many are listed.</summary>
    public const int Shown = 200;

    internal override Need Needs => Need.Any(TransferList.Readers);

    internal override async Task<IReadOnlyList<PurposeChangeRow>> Answer(Work work, CancellationToken ct)
    {
        int[] reached = [.. work.Rights.FundsOf(TransferList.Readers)];
        List<PurposeChange> rows = await work.Db.Set<PurposeChange>().AsNoTracking()
            .Where(row => row.BookId == work.Book && reached.Contains(row.FundId) && (Fund == null || row.FundId == Fund))
            .OrderBy(row => row.State == PurposeChangeState.Open || row.State == PurposeChangeState.Agreed
                || row.State == PurposeChangeState.Prepared ? 0 : 1)
            .ThenByDescending(row => row.PurposeChangeId).Take(Shown).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.PurposeChangeId)];
        ILookup<long, PurposeChangeClause> clauses = (await work.Db.Set<PurposeChangeClause>().AsNoTracking()
            .Where(row => row.BookId == work.Book
                && ids.Contains(row.PurposeChangeId)).ToListAsync(ct)).ToLookup(row => row.PurposeChangeId);
        Dictionary<long, int> gifts = await work.Db.Set<PurposeChangeLot>().Where(row => row.BookId == work.Book
            && ids.Contains(row.PurposeChangeId))
            .GroupBy(row => row.PurposeChangeId).ToDictionaryAsync(group => group.Key, group => group.Count(), ct);
        Dictionary<long, int> heard = await work.Db.Set<PurposeConsent>().Where(row => row.BookId == work.Book
            && ids.Contains(row.PurposeChangeId))
            .GroupBy(row => row.PurposeChangeId).ToDictionaryAsync(group => group.Key,
                group => group.Select(row => row.LotId).Distinct().Count(), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.OpenedBy), ct);
        return [.. rows.Select(row => new PurposeChangeRow(
            row.PurposeChangeId, row.FundId, funds[row.FundId],
            string.Join('；', clauses[row.PurposeChangeId].OrderBy(clause => clause.Kind).Select(clause => clause.Words)),
                row.Basis,
            gifts.GetValueOrDefault(row.PurposeChangeId), heard.GetValueOrDefault(row.PurposeChangeId), row.State,
            new Signature(names[row.OpenedBy], row.OpenedAt)))];
    }
}
