using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>
/// An official receipt was made out in the fiscal system for a gift. Receipts are for gifts alone: what comes for a service, as a
/// dividend or as a subsidy has none (公益事业捐赠票据使用管理办法 8).
/// </summary>
/// <param name="Donation">The gift; null where only the voucher is known.</param>
/// <param name="Voucher">The voucher that books it, where the gift is not named.</param>
/// <param name="Payer">As the receipt has it; empty for an anonymous gift.</param>
/// <param name="Files">The receipt itself, uploaded before.</param>
/// <param name="Replaces">The receipt that was taken back and is made out anew.</param>
public sealed record RegisterReceipt(
    Guid Key, string Code, string Number, string CheckCode, LocalDate IssuedOn, Amount Amount, [property: Personal] string Payer,
    PersonKind PayerKind, long? Donation, long? Voucher = null, IReadOnlyList<Enclosure>? Files = null, long? Replaces = null,
    [property: Personal] string Reason = "", bool CopiesKept = false, string RedNumber = "") : Command<long>(Key)
{
    /// <summary>The number was registered before.</summary>
    public const string NumberTwice = "receipt.number-twice";

    /// <summary>No range that was handed out has the number.</summary>
    public const string OutsideRanges = "receipt.outside-ranges";

    /// <summary>There is no such gift in the books.</summary>
    public const string NoGift = "receipt.no-gift";

    /// <summary>The voucher books no gift.</summary>
    public const string NotAGift = "receipt.not-a-gift";

    /// <summary>The receipt says another amount than was given.</summary>
    public const string OtherAmount = "receipt.other-amount";

    /// <summary>The receipt is dated before the gift came in.</summary>
    public const string BeforeGift = "receipt.before-gift";

    /// <summary>The gift has a valid receipt.</summary>
    public const string GiftHasOne = "receipt.gift-has-one";

    /// <summary>The receipt names another than who gave.</summary>
    public const string OtherPayer = "receipt.other-payer";

    /// <summary>The file was uploaded too long ago, by somebody else, or never.</summary>
    public const string FileGone = "receipt.file-gone";

    /// <summary>What is typed is no check code.</summary>
    public const string BadCheckCode = "receipt.bad-check-code";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string code = ReceiptKeeping.Code(Code), number = ReceiptKeeping.Number(Number), check = PlainText.Of(CheckCode);
        if (check.Length > 20 || !check.All(char.IsAsciiLetterOrDigit))
        {
            throw new RefusedException(BadCheckCode, ("typed", check));
        }

        await RefuseNumber(work, code, number, ct);
        if (Replaces is { } old)
        {
            VoidReceipt.TakeBack(work, await OfficialReceipt.Lock(work, old, ct), ReceiptState.Replaced, work.Today, Reason, CopiesKept, RedNumber,
                await VoidReceipt.IsPaper(work, old, ct));
            await work.Db.SaveChangesAsync(ct);
        }

        Donation gift = await Gift(work, ct);
        await RefuseUnlike(work, gift, ct);
        OfficialReceipt receipt = new()
        {
            BookId = work.Book,
            Code = code,
            Number = number,
            CheckCode = check,
            IssuedOn = IssuedOn,
            Units = Amount.Units,
            PayerId = await PayerOf(work, gift, ct),
            DonationId = gift.DonationId,
            ReplacesId = Replaces,
            State = ReceiptState.Registered,
            RegisteredBy = work.ActorId,
            RegisteredAt = work.Now,
        };
        work.Db.Add(receipt);
        await work.Db.SaveChangesAsync(ct);
        foreach (Enclosure file in Files ?? [])
        {
            await Keep(work, receipt.OfficialReceiptId, file.Bytes(), ct);
        }

        return receipt.OfficialReceiptId;
    }

    internal static async Task RefuseNumber(Work work, string code, string number, CancellationToken ct)
    {
        OfficialReceipt? before = await work.Db.Set<OfficialReceipt>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.Code == code && (row.Number == number || row.RedNumber == number), ct);
        if (before is not null)
        {
            throw new RefusedException(NumberTwice, ("code", code), ("number", number), ("day", before.IssuedOn),
                ("amount", Amount.Fen(before.Units)), ("state", Term.Of(before.State)));
        }

        if (!await ReceiptKeeping.IsInRange(work, code, number, ct))
        {
            throw new RefusedException(OutsideRanges, ("code", code), ("number", number));
        }
    }

    private async Task<Donation> Gift(Work work, CancellationToken ct)
    {
        if (Donation is { } id)
        {
            return await work.Db.Set<Donation>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book && row.DonationId == id
                && row.State == DonationState.Accepted, ct) ?? throw new RefusedException(NoGift);
        }

        List<Donation> gifts = await work.Db.Set<Donation>().AsNoTracking().Where(row => row.BookId == work.Book && row.VoucherId == Voucher
            && row.State == DonationState.Accepted).OrderBy(row => row.DonationId).ToListAsync(ct);
        if (gifts.Count > 0)
        {
            GivenBack back = await GivenBack.Of(work, ct);
            return gifts.FirstOrDefault(row => back.CertainOf(row) == Amount.Units) ?? gifts[0];
        }

        int account = await work.Db.Database.SqlQuery<int>(
            $"""
            select l.account_id as "Value" from voucher_line l join account a using (book_id, account_id)
             where l.book_id = {work.Book} and l.voucher_id = {Voucher} and l.side = 'C'
             order by a.class = 'income' desc, l.line_no limit 1
            """).FirstOrDefaultAsync(ct);
        throw account == 0 ? new RefusedException(NoGift)
            : new RefusedException(NotAGift, ("account", (await work.ChartOn(work.Today, ct)).ById(account).Name));
    }

    private async Task RefuseUnlike(Work work, Donation gift, CancellationToken ct)
    {
        long left = (await GivenBack.Of(work, ct)).CertainOf(gift);
        if (left != Amount.Units)
        {
            throw new RefusedException(OtherAmount, ("receipt", Amount), ("gift", Amount.Fen(left)));
        }

        if (IssuedOn < gift.ReceivedOn)
        {
            throw new RefusedException(BeforeGift, ("issued", IssuedOn), ("received", gift.ReceivedOn));
        }

        if (IssuedOn > work.Today)
        {
            throw new RefusedException(ReceiptKeeping.InTheFuture, ("day", IssuedOn));
        }

        if (await work.Db.Set<OfficialReceipt>().AsNoTracking().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.DonationId == gift.DonationId && row.State == ReceiptState.Registered, ct) is { } other)
        {
            throw new RefusedException(GiftHasOne, ("code", other.Code), ("number", other.Number), ("day", other.IssuedOn));
        }
    }

    /// <summary>The donor; for an anonymous gift nobody, whatever stands on the paper in a name's place.</summary>
    private async Task<long?> PayerOf(Work work, Donation gift, CancellationToken ct)
    {
        string payer = PlainText.Of(Payer);
        if (gift.DonorId is not { } donor)
        {
            return payer.Length == 0 ? null : await Counterparty.FindOrAdd(work, PayerKind, payer, ct);
        }

        string name = (await PersonName.Of(work, [donor], ct))[donor];
        return payer.Length == 0 || payer == name ? donor : throw new RefusedException(OtherPayer, ("payer", payer), ("donor", name));
    }

    private static async Task Keep(Work work, long receipt, byte[] hash, CancellationToken ct)
    {
        int kept = await work.Db.Database.ExecuteSqlAsync(
            $"""
            insert into receipt_file (book_id, official_receipt_id, sha256, format, name, content, added_by, added_at)
            select book_id, {receipt}, sha256, format, name, content, {work.ActorId}, {work.Now.ToDateTimeUtc()} from document_upload
             where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash}
            """, ct);
        if (kept == 0)
        {
            throw new RefusedException(FileGone);
        }

        await work.Db.Database.ExecuteSqlAsync(
            $"delete from document_upload where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash}", ct);
    }
}
