using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations;

/// <summary>A line of a posted voucher that is a gift and stands in no register.</summary>
/// <param name="Donor">Null for an anonymous gift.</param>
public sealed record UnregisteredGift(short No, int FundId, string Fund, string? Donor, Amount Amount, Restriction Restriction);

/// <summary>
/// 登记为捐赠: donation income that was booked by hand, or straight from a bank line, becomes a gift of the register as it stands in the books,
/// so that it may have its receipt, its letter and its donor's page.
/// </summary>
/// <param name="Line">The line of the voucher.</param>
public sealed record RegisterAsGift(Guid Key, long Voucher, short Line) : Command<long>(Key)
{
    /// <summary>The line is no gift: no donation income, not posted, undone, or it only frees what another line brought.</summary>
    public const string NotAGift = "donation.not-a-gift-line";

    /// <summary>The payer is a social enterprise that owed just this for goods, services or publicity, or as a dividend.</summary>
    public const string IsOwed = "donation.owed-by-enterprise";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Role.Accountant).For(
        await work.Db.VoucherLines.Where(line => line.BookId == work.Book && line.VoucherId == Voucher && line.LineNo == Line)
            .Select(line => line.FundId).ToListAsync(ct));

    /// <returns>The gift.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        UnregisteredLine line = (await UnregisteredLine.Of(work, Voucher, ct)).SingleOrDefault(row => row.No == Line)
            ?? throw new RefusedException(NotAGift);
        if (line.Owes is { } nature)
        {
            throw new RefusedException(IsOwed, ("nature", nature), ("amount", Amount.Fen(line.Units)));
        }

        Donation gift = new()
        {
            BookId = work.Book,
            FundId = line.FundId,
            DonorId = line.DonorId,
            Units = line.Units,
            ReceivedOn = LocalDate.FromDateOnly(line.Day),
            Restriction = Codes.RestrictionOf(line.Restriction) ?? Restriction.Unrestricted,
            Clause = line.Clause,
            VoucherId = Voucher,
            LineNo = Line,
            State = DonationState.Accepted,
            Channel = line.IsInKind ? GiftChannel.InKind : line.IsBank ? GiftChannel.Bank : GiftChannel.Unsaid,
        };
        work.Db.Add(gift);
        await work.Db.SaveChangesAsync(ct);
        return gift.DonationId;
    }
}

/// <summary>The lines of a voucher that the reader may register as gifts; none, if there are none.</summary>
public sealed record GiftLines(long Voucher) : Query<IReadOnlyList<UnregisteredGift>>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<IReadOnlyList<UnregisteredGift>> Answer(Work work, CancellationToken ct)
    {
        List<UnregisteredLine> lines = [.. (await UnregisteredLine.Of(work, Voucher, ct))
            .Where(line => line.Owes is null && work.Rights.Reaches([Role.Accountant], line.FundId))];
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, lines.Select(line => line.DonorId), ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => fund.Name);
        return
        [
            .. lines.Select(line => new UnregisteredGift(line.No, line.FundId, funds[line.FundId], line.DonorId is { } donor ? names[donor] : null,
                Amount.Fen(line.Units), Codes.RestrictionOf(line.Restriction) ?? Restriction.Unrestricted)),
        ];
    }
}

/// <summary>A line of donation income of a posted voucher that no gift stands on.</summary>
/// <param name="Day">When it came: of a voucher booked late, the bank's day.</param>
/// <param name="Owes">What an enterprise owed just this for; null if nothing.</param>
internal sealed record UnregisteredLine(
    short No, int FundId, long? DonorId, long Units, string Restriction, string Clause, DateOnly Day, bool IsBank, bool IsInKind, string? Owes)
{
    /// <summary>Under the standard of 2004 a release credits donation income too; what it frees was given by another line.</summary>
    public static async Task<IReadOnlyList<UnregisteredLine>> Of(Work work, long voucher, CancellationToken ct) =>
        await work.Db.Database.SqlQuery<UnregisteredLine>(
            $"""
            with lines as (
              select l.*, split_part(a.key, '.', 1) as account, a.role from voucher_line l join account a using (book_id, account_id)
               where l.book_id = {work.Book} and l.voucher_id = {voucher})
            select l.line_no as "No", l.fund_id as "FundId", l.counterparty_id as "DonorId", l.units as "Units", l.restriction as "Restriction",
                   case l.restriction when 'R' then coalesce(nullif(l.clause, ''), f.clause) else '' end as "Clause", happened_on(v) as "Day",
                   exists (select 1 from lines o where o.account = 'bank' and o.fund_id = l.fund_id) as "IsBank",
                   came_in_goods(l.book_id, l.voucher_id, l.fund_id) as "IsInKind",
                   (select d.nature from enterprise e join enterprise_declaration d using (book_id, enterprise_id)
                     where e.book_id = l.book_id and e.person_id = l.counterparty_id and d.nature <> 'gift' and d.due_units = l.units
                       and d.state in ('verified', 'prepared', 'due', 'received') order by d.enterprise_declaration_id desc limit 1) as "Owes"
              from lines l join voucher v using (book_id, voucher_id) join fund f on f.book_id = l.book_id and f.fund_id = l.fund_id
             where l.account = 'donation-income' and l.side = 'C' and l.units > 0 and l.commodity = 'CNY'
               and v.state = 'posted' and v.reversed_by is null and v.kind in ('ordinary', 'correction')
               and not (l.restriction = 'U' and exists (select 1 from lines o where o.account = 'donation-income' and o.fund_id = l.fund_id
                                                           and o.side = 'D' and o.units > 0 and o.restriction = 'R'))
               and not exists (select 1 from donation d where d.book_id = l.book_id and d.voucher_id = l.voucher_id and d.line_no = l.line_no
                                  and d.state in ('waiting', 'accepted'))
             order by l.line_no
            """).ToListAsync(ct);
}
