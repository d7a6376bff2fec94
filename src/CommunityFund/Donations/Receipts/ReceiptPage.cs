using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>A file of a receipt.</summary>
public sealed record ReceiptPaper(string Sha256, string Name, FileKind Format);

/// <summary>Another receipt that this one has to do with.</summary>
public sealed record OtherReceipt(long Id, string Code, string Number);

/// <summary>One receipt with its gift and what became of it.</summary>
/// <param name="Anew">Gifts of the same donor and amount without receipt, where the receipt's own was reversed.</param>
public sealed record ReceiptView(
    OfficialReceipt Receipt, Amount Amount, string Payer, string RegisteredBy, string? VoidedBy, ReceiptMedium Medium, Donation? Gift, string Fund,
    IReadOnlyList<ReceiptPaper> Files, OtherReceipt? Replaces, OtherReceipt? ReplacedBy, IReadOnlyList<WaitingGift> Anew, LocalDate Today,
    bool MayKeep);

/// <summary>One receipt of the register.</summary>
public sealed record ReceiptPage(long Receipt) : Query<ReceiptView>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<ReceiptView> Answer(Work work, CancellationToken ct)
    {
        OfficialReceipt row = await work.Db.Set<OfficialReceipt>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.OfficialReceiptId == Receipt, ct)
            ?? throw new RefusedException(OfficialReceipt.Unknown);
        Donation? gift = row.DonationId is { } id
            ? await work.Db.Set<Donation>().AsNoTracking().SingleAsync(gift => gift.BookId == work.Book && gift.DonationId == id, ct) : null;
        var names = await PersonName.Of(work, [row.PayerId, row.RegisteredBy, row.VoidedBy], ct);
        var others = await work.Db.Set<OfficialReceipt>().AsNoTracking()
            .Where(other => other.BookId == work.Book && (other.OfficialReceiptId == row.ReplacesId || other.ReplacesId == Receipt))
            .Select(other => new { other.OfficialReceiptId, other.Code, other.Number, other.ReplacesId }).ToListAsync(ct);
        List<ReceiptFile> files = await work.Db.Set<ReceiptFile>().AsNoTracking()
            .Where(file => file.BookId == work.Book && file.OfficialReceiptId == Receipt).OrderBy(file => file.AddedAt).ToListAsync(ct);
        bool gone = gift?.State == DonationState.Reversed && row.State == ReceiptState.Registered;
        return new ReceiptView(
            row, Amount.Fen(row.Units), row.PayerId is { } payer ? names[payer] : "", names[row.RegisteredBy],
            row.VoidedBy is { } by ? names[by] : null,
            await ReceiptKeeping.IsInRange(work, row.Code, row.Number, ct, onlyPaper: true) ? ReceiptMedium.Paper : ReceiptMedium.Electronic,
            gift, gift is null ? "" : (await work.FundById(gift.FundId, ct)).Name,
            [.. files.Select(file => new ReceiptPaper(Convert.ToHexStringLower(file.Sha256), file.Name, file.Format))],
            others.Where(other => other.OfficialReceiptId == row.ReplacesId)
                .Select(other => new OtherReceipt(other.OfficialReceiptId, other.Code, other.Number)).SingleOrDefault(),
            others.Where(other => other.ReplacesId == Receipt)
                .Select(other => new OtherReceipt(other.OfficialReceiptId, other.Code, other.Number)).SingleOrDefault(),
            gone ? await GiftsWithoutReceipt.Of(work, (await GiftsWithoutReceipt.Waiting(work, ct))
                .Where(other => other.DonorId == gift!.DonorId && other.Units == row.Units), 20, ct) : [],
            work.Today, work.Rights.ReachesAll(ReceiptKeeping.Keeping));
    }
}

/// <summary>A receipt's file with its bytes.</summary>
public sealed record ReceiptFileContent(string Name, FileKind Format, byte[] Content);

/// <summary>The bytes of a receipt's file.</summary>
public sealed record ReceiptFileOf(long Receipt, string Sha256) : Query<ReceiptFileContent>
{
    internal override Need Needs => Need.Any(ReceiptKeeping.Readers).ForWholeBook();

    internal override async Task<ReceiptFileContent> Answer(Work work, CancellationToken ct)
    {
        byte[] hash = Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigit) ? Convert.FromHexString(Sha256) : [];
        return await work.Db.Set<ReceiptFile>().AsNoTracking()
            .Where(file => file.BookId == work.Book && file.OfficialReceiptId == Receipt && file.Sha256 == hash)
            .Select(file => new ReceiptFileContent(file.Name, file.Format, EF.Property<byte[]>(file, "Content")))
            .SingleOrDefaultAsync(ct) ?? throw new RefusedException(OfficialReceipt.Unknown);
    }
}
