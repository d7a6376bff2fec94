using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Funds;

/// <summary>A fund that may give or receive, and how much of its available money is bound by nobody.</summary>
public sealed record TransferFund(int FundId, string Code, string Name, Amount Unrestricted, Amount Restricted, bool MayGive);

/// <summary>Between which funds a person may propose to move money.</summary>
public sealed record TransferChoices : Query<IReadOnlyList<TransferFund>>
{
    internal override Need Needs => Need.Any(FundSigners.Signing);

    internal override async Task<IReadOnlyList<TransferFund>> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, Free> free = await work.Db.Database.SqlQuery<Free>(
            $"""
            select fund_id as "FundId", unrestricted_free(book_id, fund_id) as "Unrestricted",
                   least(restricted_free(book_id, fund_id), fund_available(book_id, fund_id)) as "Restricted"
              from fund where book_id = {work.Book}
            """).ToDictionaryAsync(row => row.FundId, ct);
        return
        [
            .. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed).Select(fund => new TransferFund(
                fund.FundId, fund.Code, fund.Name, Amount.Fen(Math.Max(0, free[fund.FundId].Unrestricted)),
                Amount.Fen(Math.Max(0, free[fund.FundId].Restricted)),
                fund.State == FundState.Open && work.Rights.Reaches(FundSigners.Signing, fund.FundId))),
        ];
    }

    private sealed record Free(int FundId, long Unrestricted, long Restricted);
}
