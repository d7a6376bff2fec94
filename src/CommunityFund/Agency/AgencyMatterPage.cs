using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Agency;

/// <summary>One receipt or payment.</summary>
/// <param name="CameBack">The bank gave back what was passed on.</param>
public sealed record AgencyMoveRow(LocalDate On, string Recipient, Amount Amount, bool IsIn, bool InGoods, long Voucher,
    VoucherState State, bool IsReversed, bool CameBack);

/// <summary>A choice in a form: an own account or fund.</summary>
public sealed record AgencyChoice(string Key, string Name);

/// <summary>A matter with its answers, statement and moves, and what the reader may do.</summary>
public sealed record AgencyMatterView(
    AgencyMatterRow Row, bool ByAgreement, bool DutyOnReceipt, bool OnlyBetween, bool PrincipalNamed, string Grounds, long Paper,
        string ProposedBy,
    Instant ProposedAt, string DecidedBy, Instant? DecidedAt, IReadOnlyList<AgencyMoveRow> Moves, bool MayAgree, bool MayDrop,
        bool MayKeep,
    LocalDate Today, IReadOnlyList<AgencyChoice> Cash, IReadOnlyList<AgencyChoice> Funds);

/// <summary>One matter.</summary>
public sealed record AgencyMatterPage(long Matter) : Query<AgencyMatterView>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading).ForWholeBook();

    internal override async Task<AgencyMatterView> Answer(Work work, CancellationToken ct)
    {
        AgencyMatter matter = await work.Db.Set<AgencyMatter>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.AgencyMatterId == Matter, ct)
            ?? throw new RefusedException(AgencyMatter.Unknown, ("matter", Matter));
        var moves = await (from move in work.Db.Set<AgencyMove>().AsNoTracking()
                           join voucher in work.Db.Vouchers on new { move.BookId, move.VoucherId } equals new
                           {
                               voucher.BookId,
                               voucher.VoucherId
                           }
                           where move.BookId == work.Book && move.AgencyMatterId == Matter
                               && (voucher.State == VoucherState.Posted || voucher.State == VoucherState.Prepared)
                           orderby voucher.OccurredOn descending, voucher.VoucherId descending
                           select new
                           {
                               move,
                               voucher.OccurredOn,
                               voucher.State,
                               voucher.ReversedBy,
                               CameBack = move.Units > 0 && work.Db.VoucherLines.Any(line => line.BookId == move.BookId
                                   && line.VoucherId == move.VoucherId && line.CounterpartyId == move.PersonId
                                   && line.Side == Side.Debit && line.Units < 0),
                           }).Take(200).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [matter.PrincipalId, matter.ProposedBy, matter.DecidedBy, .. moves.Select(row => (long?)row.move.PersonId)],
                ct);
        AgencyMatterRow shown = (await new AgencyStatement(Matter: Matter).Answer(work, ct)).Matters.SingleOrDefault()
            ?? new AgencyMatterRow(Matter, matter.Title, names[matter.PrincipalId], matter.State, AgencyFigures.None, [], false);
        Chart chart = await work.ChartOn(work.Today, ct);
        bool agrees = work.Rights.ReachesAll(RegisterRoles.Agreeing);
        return new AgencyMatterView(shown, matter.ByAgreement, matter.DutyOnReceipt, matter.OnlyBetween, matter.PrincipalNamed,
            matter.Grounds,
            matter.FiledDocumentId, names[matter.ProposedBy], matter.ProposedAt, matter.DecidedBy is { } by ? names[by] : "",
                matter.DecidedAt,
            [.. moves.Select(row => new AgencyMoveRow(row.OccurredOn, names[row.move.PersonId],
                Amount.Fen(Math.Abs(row.move.Units)), row.move.Units > 0,
                row.move.InGoods, row.move.VoucherId, row.State, row.ReversedBy is not null, row.CameBack))],
            shown.NeedsDecision, matter.State == RegisterState.Waiting && agrees,
            matter.State == RegisterState.Agreed && work.Rights.ReachesAll(RegisterRoles.Keeping), work.Today,
            [
                .. chart.Accounts.Where(account => account is { TakesLines: true, Account.Role: AccountRole.OwnCash }
                    && (account.Account.Key == Account.Keys.Cash || account.Account.Key.StartsWith("bank.",
                        StringComparison.Ordinal)))
                    .OrderByDescending(account => account.Account.Key != Account.Keys.Cash)
                    .Select(account => new AgencyChoice(account.Account.Key, chart.PathOf(account))),
            ],
            [.. (await work.Funds(ct)).Where(fund => fund is { IsOwn: true, State: FundState.Open })
                .Select(fund => new AgencyChoice($"{fund.FundId}", $"{fund.Code} {fund.Name}"))]);
    }
}
