using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>A condition on the page.</summary>
public sealed record ConditionRow(long Id, string What, LocalDate Until, ConditionState State, string Note, string DecidedBy,
    bool IsOver);

/// <summary>An instalment on the page.</summary>
/// <param name="Voucher">The voucher that brings it; null while nothing has come.</param>
public sealed record InstalmentRow(int No, Amount Amount, LocalDate DueOn, string Code, long? Voucher, VoucherState? State,
    bool IsLate);

/// <summary>A voucher that names the contract.</summary>
public sealed record ContractVoucher(PublicRole Role, Amount Amount, LocalDate On, long Voucher, VoucherState State,
    bool IsReversed);

/// <summary>Money that must go back.</summary>
public sealed record RefundRow(Amount Amount, RefundReason Cause, string Reason, LocalDate PayBy, long? Voucher,
    VoucherState State, bool IsPaid, string Code);

/// <summary>A contract with everything about it and what the reader may do.</summary>
public sealed record ContractView(
    long Id, string Number, string Title, string Payer, LocalDate SignedOn, Amount Amount, int FundId, string Fund,
        Restriction Restriction, string Clause,
    long Paper, PublicReceiver Receiver, bool InExchange, bool MayChoose, bool MayChange, bool ReturnDuty, PublicNature Nature,
        RegisterState State,
    string ProposedBy, Instant ProposedAt, string DecidedBy, Instant? DecidedAt, IReadOnlyList<ConditionRow> Conditions,
    IReadOnlyList<InstalmentRow> Instalments, IReadOnlyList<ContractVoucher> Vouchers, IReadOnlyList<RefundRow> Refunds,
        Amount Received, Amount Accepted,
    Amount Refunded, bool MayAgree, bool MayDrop, bool MayKeep, bool MayDecide, LocalDate Today, IReadOnlyList<MoneyPlace> Cash);

/// <summary>One contract.</summary>
public sealed record PublicContractPage(long Contract) : Query<ContractView>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<ContractView> Answer(Work work, CancellationToken ct)
    {
        PublicContract row = await PublicContractList.Visible(work).SingleOrDefaultAsync(row => row.PublicContractId == Contract,
            ct)
            ?? throw new RefusedException(PublicContract.Unknown, ("contract", Contract));
        List<PublicCondition> conditions = await work.Db.Set<PublicCondition>().AsNoTracking()
            .Where(each => each.BookId == work.Book && each.PublicContractId == Contract).OrderBy(each =>
                each.UntilDay).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, [row.PayerId, row.ProposedBy, row.DecidedBy, .. conditions.Select(each => each.DecidedBy)], ct);
        PublicSoFar soFar = await PublicSoFar.Of(work, Contract, withWaiting: false, ct);
        bool keeps = work.Rights.Reaches(RegisterRoles.Keeping, row.FundId), agrees = work.Rights.Reaches(RegisterRoles.Agreeing,
            row.FundId);
        Fund fund = await work.FundById(row.FundId, ct);
        return new ContractView(Contract, row.Number, row.Title, names[row.PayerId], row.SignedOn, Amount.Fen(row.Units),
            row.FundId, fund.Name,
            row.Restriction, row.Clause, row.FiledDocumentId, row.Receiver, row.InExchange, row.MayChoose, row.MayChange,
                row.ReturnDuty, row.Nature,
            row.State, Name(row.ProposedBy), row.ProposedAt, Name(row.DecidedBy), row.DecidedAt,
            [.. conditions.Select(each => new ConditionRow(each.PublicConditionId, each.What, each.UntilDay, each.State,
                each.Note, Name(each.DecidedBy),
                each.State == ConditionState.Open && each.UntilDay < work.Today))],
            await InstalmentsOf(work, ct), await VouchersOf(work, ct), await RefundsOf(work, ct),
            Amount.Fen(soFar.Received), Amount.Fen(soFar.Accepted), Amount.Fen(soFar.Refunded),
            PublicContractList.MayAgree(work, row), row.State == RegisterState.Waiting && agrees,
            row.State == RegisterState.Agreed && keeps && row.Nature != PublicNature.Agency,
            row.State == RegisterState.Agreed && agrees, work.Today, MoneyPlace.Of(await work.ChartOn(work.Today, ct)));

        string Name(long? person) => person is { } id ? names.GetValueOrDefault(id, "") : "";
    }

    private async Task<List<InstalmentRow>> InstalmentsOf(Work work, CancellationToken ct) =>
    [
        .. (await (from part in work.Db.Set<PublicInstalment>().AsNoTracking()
                   join found in work.Db.Set<Expectation>() on new { part.BookId, Id = part.ExpectationId }
                       equals new { found.BookId, Id = (long?)found.ExpectationId } into waits
                   from awaited in waits.DefaultIfEmpty()
                   join posted in work.Db.Vouchers on new { part.BookId, Id = awaited.VoucherId }
                       equals new { posted.BookId, Id = (long?)posted.VoucherId } into met
                   from voucher in met.DefaultIfEmpty()
                   where part.BookId == work.Book && part.PublicContractId == Contract
                   orderby part.No
                   select new
                   {
                       part.No,
                       part.Units,
                       part.DueOn,
                       Code = awaited == null ? "" : awaited.Code,
                       Voucher = voucher == null ? (long?)null : voucher.VoucherId,
                       State = voucher == null ? (VoucherState?)null : voucher.State,
                   }).ToListAsync(ct))
            .Select(part => new InstalmentRow(part.No, Amount.Fen(part.Units), part.DueOn, part.Code, part.Voucher, part.State,
                part.Voucher is null && part.DueOn < work.Today)),
    ];

    private async Task<List<ContractVoucher>> VouchersOf(Work work, CancellationToken ct) =>
    [
        .. (await (from named in work.Db.Set<PublicVoucher>().AsNoTracking()
                   join voucher in work.Db.Vouchers on new { named.BookId, named.VoucherId } equals new { voucher.BookId,
                       voucher.VoucherId }
                   where named.BookId == work.Book && named.PublicContractId == Contract
                       && (voucher.State == VoucherState.Posted || voucher.State == VoucherState.Prepared)
                   orderby voucher.OccurredOn, voucher.VoucherId
                   select new { named.Role, named.Units, voucher.OccurredOn, voucher.VoucherId, voucher.State,
                       voucher.ReversedBy }).ToListAsync(ct))
            .Select(row => new ContractVoucher(row.Role, Amount.Fen(row.Units), row.OccurredOn, row.VoucherId, row.State,
                row.ReversedBy is not null)),
    ];

    private async Task<List<RefundRow>> RefundsOf(Work work, CancellationToken ct)
    {
        var rows = await (from refund in work.Db.Set<PublicRefund>().AsNoTracking()
                          join voucher in work.Db.Vouchers on new { refund.BookId, Id = refund.VoucherId }
                              equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
                          where refund.BookId == work.Book && refund.PublicContractId == Contract
                          orderby refund.PublicRefundId
                          select new { refund, voucher.State }).ToListAsync(ct);
        long?[] awaited = [.. rows.Select(row => row.refund.ExpectationId)];
        HashSet<long> paid = [.. await (
            from each in work.Db.Set<Expectation>()
            join voucher in work.Db.Vouchers on new { each.BookId, Id = each.VoucherId }
                equals new { voucher.BookId, Id = (long?)voucher.VoucherId }
            where each.BookId == work.Book && awaited.Contains(each.ExpectationId) && voucher.State == VoucherState.Posted
            select each.ExpectationId).ToListAsync(ct)];
        return
        [
            .. rows.Select(row => new RefundRow(Amount.Fen(row.refund.Units), row.refund.Cause, row.refund.Reason,
                row.refund.PayBy, row.refund.VoucherId,
                row.State, paid.Contains(row.refund.ExpectationId ?? 0), $"TH{row.refund.PublicRefundId}")),
        ];
    }
}

/// <summary>The funds a contract may be for.</summary>
public sealed record ContractFund(int FundId, string Name, Restriction Restriction);

/// <summary>What the form of a contract offers.</summary>
public sealed record ContractChoices : Query<IReadOnlyList<ContractFund>>
{
    internal override Need Needs => Need.Any(RegisterRoles.Keeping);

    internal override async Task<IReadOnlyList<ContractFund>> Answer(Work work, CancellationToken ct) =>
    [
        .. (await work.Funds(ct)).Where(fund => fund.IsOwn && fund.State != FundState.Closed
            && work.Rights.Reaches(RegisterRoles.Keeping, fund.FundId))
            .Select(fund => new ContractFund(fund.FundId, $"{fund.Code} {fund.Name}", fund.DefaultRestriction)),
    ];
}
