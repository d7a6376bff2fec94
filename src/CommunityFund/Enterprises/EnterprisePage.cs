using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>One step of a recovery plan.</summary>
public sealed record RecoveryRow(int No, Amount Amount, LocalDate DueOn, bool HasCome, bool IsLate);

/// <summary>Start-up money that was given.</summary>
public sealed record FundingRow(
    long Id, FundingKind Kind, Amount Amount, string Fund, LocalDate GivenOn, string Grounds, long? Voucher, VoucherState State,
        IReadOnlyList<RecoveryRow> Plan);

/// <summary>A year's share under the equity method.</summary>
public sealed record EquityRow(int Year, Amount Profit, Amount Share, long Voucher, VoucherState State);

/// <summary>A fund and how much of it may be invested (慈善法 55).</summary>
public sealed record FundChoice(int FundId, string Name, Restriction Restriction, string Clause, Amount Investable);

/// <summary>One enterprise with everything about it.</summary>
public sealed record EnterpriseView(
    long Id, string Name, IReadOnlyList<TermView> Terms, TermView? Current, IReadOnlyList<DeclarationRow> Declarations,
        IReadOnlyList<FundingRow> Fundings,
    IReadOnlyList<EquityRow> Shares, IReadOnlyList<PledgeRow> Pledges, bool MayKeep, LocalDate Today,
        IReadOnlyList<MoneyPlace> Cash);

/// <summary>One enterprise.</summary>
public sealed record EnterprisePage(long Enterprise) : Query<EnterpriseView>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<EnterpriseView> Answer(Work work, CancellationToken ct)
    {
        Enterprise enterprise = await Enterprises.Enterprise.Of(work, Enterprise, ct);
        List<EnterpriseTerm> terms = await EnterpriseList.Terms(work).Where(row => row.EnterpriseId == Enterprise)
            .OrderByDescending(row => row.InForceFrom).ThenByDescending(row => row.EnterpriseTermId).ToListAsync(ct);
        if (terms.Count == 0)
        {
            throw new RefusedException(Enterprises.Enterprise.Unknown, ("enterprise", Enterprise));
        }

        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [enterprise.PersonId, .. terms.SelectMany(row => new long?[] { row.ProposedBy, row.DecidedBy })], ct);
        Dictionary<long, string> called = new() { [Enterprise] = names[enterprise.PersonId] };
        List<TermView> views = [.. terms.Select(row => TermView.Of(work, row, funds, names))];
        return new EnterpriseView(Enterprise, called[Enterprise], views,
            views.FirstOrDefault(row => row.State == RegisterState.Agreed && row.InForceFrom <= work.Today),
            await EnterpriseList.Declarations(work, terms, called, Enterprise, ct), await Fundings(work, funds, ct),
                await Shares(work, ct),
            await EnterpriseList.Pledges(work, called, funds, Enterprise, ct),
            terms.Any(row => work.Rights.Reaches(RegisterRoles.Keeping, row.FundId)), work.Today,
            MoneyPlace.Of(await work.ChartOn(work.Today, ct)));
    }

    private async Task<List<FundingRow>> Fundings(Work work, Dictionary<int, Fund> funds, CancellationToken ct)
    {
        var rows = await (from row in work.Db.Set<EnterpriseFunding>().AsNoTracking()
                          join voucher in work.Db.Vouchers on new { row.BookId, Id = row.VoucherId } equals new
                          {
                              voucher.BookId,
                              Id = (long?)voucher.VoucherId
                          }
                          where row.BookId == work.Book && row.EnterpriseId == Enterprise
                          orderby row.GivenOn
                          select new { row, voucher.State }).ToListAsync(ct);
        long[] ids = [.. rows.Select(each => each.row.EnterpriseFundingId)];
        List<EnterpriseRecovery> plan = await work.Db.Set<EnterpriseRecovery>().AsNoTracking()
            .Where(step => step.BookId == work.Book && ids.Contains(step.EnterpriseFundingId)).OrderBy(step =>
                step.No).ToListAsync(ct);
        long?[] awaited = [.. plan.Select(step => step.ExpectationId)];
        HashSet<long> come = [.. await (from row in work.Db.Set<Expectation>()
                                        join voucher in work.Db.Vouchers on new { row.BookId, Id = row.VoucherId }
                                            equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
                                        where row.BookId == work.Book && awaited.Contains(row.ExpectationId)
                                            && voucher.State == VoucherState.Posted
                                        select row.ExpectationId).ToListAsync(ct)];
        return
        [
            .. rows.Select(each => new FundingRow(each.row.EnterpriseFundingId, each.row.Kind, Amount.Fen(each.row.Units),
                funds[each.row.FundId].Name,
                each.row.GivenOn, each.row.Grounds, each.row.VoucherId, each.State,
                [
                    .. plan.Where(step => step.EnterpriseFundingId == each.row.EnterpriseFundingId).Select(step =>
                        new RecoveryRow(
                        step.No, Amount.Fen(step.Units), step.DueOn, come.Contains(step.ExpectationId ?? 0),
                        step.DueOn < work.Today && !come.Contains(step.ExpectationId ?? 0))),
                ])),
        ];
    }

    private async Task<List<EquityRow>> Shares(Work work, CancellationToken ct) =>
    [
        .. (await (from row in work.Db.Set<EquityShare>().AsNoTracking()
                   join voucher in work.Db.Vouchers on new { row.BookId, row.VoucherId } equals new { voucher.BookId,
                       voucher.VoucherId }
                   where row.BookId == work.Book && row.EnterpriseId == Enterprise
                   orderby row.Year descending
                   select new { row, voucher.State }).ToListAsync(ct))
            .Select(each => new EquityRow(each.row.Year, Amount.Fen(each.row.Profit), Amount.Fen(each.row.Units),
                each.row.VoucherId, each.State)),
    ];
}

/// <summary>What a form about an enterprise offers: funds, and how much of each may be invested.</summary>
public sealed record EnterpriseChoices : Query<IReadOnlyList<FundChoice>>
{
    internal override Need Needs => Need.Any(RegisterRoles.Keeping);

    internal override async Task<IReadOnlyList<FundChoice>> Answer(Work work, CancellationToken ct)
    {
        List<FundChoice> choices = [];
        foreach (Fund fund in (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed
            && work.Rights.Reaches(RegisterRoles.Keeping, fund.FundId)))
        {
            long free = await work.Db.Database.SqlQuery<long>($"select investable({work.Book}, {fund.FundId}) as \"Value\"").SingleAsync(ct);
            choices.Add(new FundChoice(fund.FundId, $"{fund.Code} {fund.Name}", fund.DefaultRestriction, fund.Clause,
                Amount.Fen(Math.Max(0, free))));
        }

        return choices;
    }
}
