using CommunityFund.Books;
using CommunityFund.Documents;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Net.Http.Headers;

namespace CommunityFund.Web.Shell;

/// <summary>
/// A file that somebody uploaded, as it is sent to others: what it is was told from its bytes, the browser is not to guess, and should
/// it open it all the same, nothing in it runs.
/// </summary>
internal static class SentFile
{
    /// <summary>Always a download.</summary>
    public static FileContentResult Download(this PageModel page, string name, FileKind format, byte[] content) =>
        Send(page, "attachment", name, format, content);

    /// <summary>A picture is shown, everything else is a download.</summary>
    public static FileContentResult ShowPicture(this PageModel page, FiledPaper file) =>
        Send(page, IsPicture(file.Format) ? "inline" : "attachment", file.Name, file.Format, file.Content);

    public static bool IsPicture(FileKind? format) => format is FileKind.Jpeg or FileKind.Png;

    private static FileContentResult Send(PageModel page, string how, string name, FileKind format, byte[] content)
    {
        page.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        ContentDispositionHeaderValue disposition = new(how);
        disposition.SetHttpFileName(DocumentName.ForDownload(name, format));
        page.Response.Headers.ContentDisposition = disposition.ToString();
        return new FileContentResult(content, DocumentName.MediaTypeOf(format));
    }
}
