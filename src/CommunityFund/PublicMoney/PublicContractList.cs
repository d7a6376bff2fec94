using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.PublicMoney;

/// <summary>A contract in the register.</summary>
/// <param name="ToCome">What its instalments have not brought yet.</param>
/// <param name="NextDue">Of the first instalment that has not come; null if all has.</param>
/// <param name="NeedsDecision">The reader is one who may agree, or a condition is over its day.</param>
public sealed record ContractRow(
    long Id, string Number, string Title, string Payer, string Fund, Amount Amount, Amount Received, Amount ToCome,
        LocalDate? NextDue,
    PublicNature Nature, RegisterState State, bool IsLate, bool NeedsDecision);

/// <summary>The register of government money.</summary>
public sealed record ContractDesk(IReadOnlyList<ContractRow> Contracts, bool MayKeep);

/// <summary>Contracts of the funds that the reader's role reaches.</summary>
public sealed record PublicContractList : Query<ContractDesk>
{
    internal override Need Needs => Need.Any(RegisterRoles.Reading);

    internal override async Task<ContractDesk> Answer(Work work, CancellationToken ct)
    {
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        List<PublicContract> rows = await Visible(work).OrderBy(row => row.State == RegisterState.Dropped).ThenByDescending(row =>
            row.SignedOn)
            .ThenByDescending(row => row.PublicContractId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, rows.Select(row => (long?)row.PayerId), ct);
        long[] ids = [.. rows.Select(row => row.PublicContractId)];
        var parts = await (from part in work.Db.Set<PublicInstalment>().AsNoTracking()
                           join awaited in work.Db.Set<Expectation>() on new { part.BookId, Id = part.ExpectationId }
                               equals new { awaited.BookId, Id = (long?)awaited.ExpectationId }
                           join found in work.Db.Vouchers on new { awaited.BookId, Id = awaited.VoucherId }
                               equals new { found.BookId, Id = (long?)found.VoucherId } into met
                           from voucher in met.DefaultIfEmpty()
                           where part.BookId == work.Book && ids.Contains(part.PublicContractId)
                           select new
                           {
                               part.PublicContractId,
                               part.Units,
                               part.DueOn,
                               HasCome = voucher != null
                               && voucher.State == VoucherState.Posted
                           })
            .ToListAsync(ct);
        HashSet<long> over = [.. await work.Db.Set<PublicCondition>().Where(row => row.BookId == work.Book
            && ids.Contains(row.PublicContractId)
            && row.State == ConditionState.Open && row.UntilDay < work.Today).Select(row =>
                row.PublicContractId).ToListAsync(ct)];
        return new ContractDesk(
        [
            .. rows.Select(row =>
            {
                var own = parts.Where(part => part.PublicContractId == row.PublicContractId).ToList();
                LocalDate? next = own.Where(part => !part.HasCome).Select(part => (LocalDate?)part.DueOn).Min();
                return new ContractRow(row.PublicContractId, row.Number, row.Title, names[row.PayerId], funds[row.FundId].Name,
                    Amount.Fen(row.Units),
                    Amount.Fen(own.Where(part => part.HasCome).Sum(part => part.Units)), Amount.Fen(own.Where(part =>
                        !part.HasCome).Sum(part => part.Units)),
                    next, row.Nature, row.State, next < work.Today,
                    over.Contains(row.PublicContractId) || (row.State == RegisterState.Waiting && MayAgree(work, row)));
            }),
        ], work.Rights.Holds([.. RegisterRoles.Keeping]));
    }

    internal static IQueryable<PublicContract> Visible(Work work)
    {
        int[] reached = [.. work.Rights.FundsOf([.. RegisterRoles.Reading])];
        return work.Db.Set<PublicContract>().AsNoTracking().Where(row => row.BookId == work.Book && reached.Contains(row.FundId));
    }

    internal static bool MayAgree(Work work, PublicContract row) => row.State == RegisterState.Waiting
        && row.ProposedBy != work.Actor
        && work.Rights.Reaches(RegisterRoles.Agreeing, row.FundId);
}
