using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Documents;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace CommunityFund.Web.Pages.Documents;

/// <summary>
/// Documents as a form carries them. A browser never shows a chosen file again, so each is kept as soon as it arrives and the form
/// remembers its hash: after a refusal nothing is chosen twice.
/// </summary>
public sealed class EnclosedForm
{
    /// <summary>Far larger than a voucher's documents, so that too much is answered in words with all that was typed.</summary>
    public const long LargestRequest = 320L * 1024 * 1024;

    public List<IFormFile> Files { get; set; } = [];

    /// <summary>Hashes of what arrived before and is still wanted.</summary>
    public List<string> Kept { get; set; } = [];

    /// <summary>Hashes of what is said to prove another voucher too.</summary>
    public List<string> Shared { get; set; } = [];

    public string? InvoiceNumber { get; set; }

    /// <summary>How many sheets of paper, and where they lie.</summary>
    public string? Sheets { get; set; }

    public string? KeptAt { get; set; }

    /// <summary>What the form holds already.</summary>
    [BindNever]
    public IReadOnlyList<WaitingUpload> Waiting { get; private set; } = [];

    public IReadOnlyList<Enclosure> Enclosures => [.. Kept.Select(hash => new Enclosure(hash, Shared.Contains(hash)))];

    /// <summary>Keeps what came with the form; what may not be kept stands beside its field, and the rest is not lost.</summary>
    public async Task Receive(FundSession session, Guid form, ModelStateDictionary state, Words words, CancellationToken ct)
    {
        Kept = [.. Kept.Distinct()];
        if (Files.Count != 1 && !string.IsNullOrWhiteSpace(InvoiceNumber))
        {
            state.AddModelError("Enclosed.InvoiceNumber", words["documents.invoice.one"]);
        }

        foreach (IFormFile file in Files)
        {
            await Keep("Enclosed.Files", async () => await session.Run(new UploadDocument(
                Guid.NewGuid(), file.FileName, await Content(file, ct), Files.Count == 1 ? InvoiceNumber ?? "" : ""), ct), state, words);
        }

        InvoiceNumber = state.IsValid ? null : InvoiceNumber;
        if (!string.IsNullOrWhiteSpace(Sheets) || !string.IsNullOrWhiteSpace(KeptAt))
        {
            _ = int.TryParse(Sheets?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int sheets);
            if (await Keep("Enclosed.Sheets", () => session.Run(
                new RegisterPaper(Guid.NewGuid(), form, sheets, KeptAt ?? ""), ct), state, words))
            {
                (Sheets, KeptAt) = (null, null);
            }
        }

        await Recall(session, ct);
    }

    /// <summary>Asks what the form holds; what is gone meanwhile is not shown.</summary>
    public async Task Recall(FundSession session, CancellationToken ct) =>
        Waiting = Kept.Count == 0 ? [] : await session.Ask(new WaitingUploads(Kept), ct);

    private async Task<bool> Keep(string field, Func<Task<string>> keep, ModelStateDictionary state, Words words)
    {
        try
        {
            string hash = await keep();
            if (!Kept.Contains(hash))
            {
                Kept.Add(hash);
            }

            return true;
        }
        catch (RefusedException refused) when (!FundSession.IsAway(refused.Refusal))
        {
            state.AddModelError(field, words.Of(refused.Refusal));
            return false;
        }
    }

    /// <summary>At most one byte more than a document may have: enough to refuse it.</summary>
    private static async Task<byte[]> Content(IFormFile file, CancellationToken ct)
    {
        byte[] content = new byte[Math.Min(file.Length, SeenDocument.LargestBytes + 1)];
        await using Stream stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, ct);
        return content;
    }
}
