using CommunityFund.Books;
using CommunityFund.Documents;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Pages.Acquittals;

/// <summary>A paper as it is sent: pictures are shown, everything else is a download; none is ever a page that runs.</summary>
internal static class PaperShown
{
    public static IActionResult Of(PageModel page, FiledPaper file)
    {
        page.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        page.Response.Headers.XContentTypeOptions = "nosniff";
        ContentDispositionHeaderValue disposition = new(IsPicture(file.Format) ? "inline" : "attachment");
        disposition.SetHttpFileName(DocumentName.ForDownload(file.Name, file.Format));
        page.Response.Headers.ContentDisposition = disposition.ToString();
        return new FileContentResult(file.Content, DocumentName.MediaTypeOf(file.Format));
    }

    public static bool IsPicture(FileKind? format) => format is FileKind.Jpeg or FileKind.Png;
}
