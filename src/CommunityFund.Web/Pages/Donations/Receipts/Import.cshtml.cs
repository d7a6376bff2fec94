using CommunityFund.Donations.Receipts;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Donations.Receipts;

/// <summary>A list from the fiscal system comes in; what fits no gift is named.</summary>
[RequestSizeLimit(16 * 1024 * 1024)]
public sealed class ImportModel : FundPage
{
    [BindProperty]
    public IFormFile? Upload { get; set; }

    public bool MayImport { get; private set; }

    public ReceiptsRead? Result { get; private set; }

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostAsync()
    {
        await Load();
        if (Upload is null || Upload.Length == 0)
        {
            ModelState.AddModelError(nameof(Upload), W["form.required"]);
            Unprocessable();
            return Page();
        }

        using MemoryStream bytes = new();
        await Upload.CopyToAsync(bytes, Ct);
        if (await Try(async () => Result = await Session.Run(new ImportReceipts(FormKey, bytes.ToArray()), Ct)))
        {
            FormKey = Guid.NewGuid();
            ModelState.Remove(nameof(FormKey));
        }

        return Page();
    }

    private Task Load() => Try(async () => MayImport = (await Session.Ask(new MissingNumbers(), Ct)).MayKeep);
}
